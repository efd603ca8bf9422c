"""The benchmark of the evidence: that it measures what it says, and that the ranking keeps ahead of plain BM25."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from hitl.report.writing.extractive import write_extracted
from hitl.research import Query, find_evidence, rank_passages
from tests.benchmarks import evidence
from tests.benchmarks.evidence_files import (
    BrokenFile,
    Collection,
    DocumentLine,
    document_of,
    read_folder,
    read_library,
)
from tests.benchmarks.found import look_for_all
from tests.benchmarks.headings import headings_in
from tests.benchmarks.ranking_quality import Quality, compare, relevant_ranks
from tests.benchmarks.report_quality import (
    NOTHING_WRONG,
    ReportQuality,
    dropped_leakage,
    mean,
    quality_of,
    sentences_of,
)
from tests.research.samples import CORAL, HEAT, TIDES

DOCUMENTS = [
    {"id": "sea", "title": "The sea", "text": f"## Heat\n{HEAT}\n\n## Tides\n\n{TIDES}\n"},
    {"id": "reef", "title": "Reefs", "text": CORAL},
]
QUESTIONS = [
    {"question": "the gravity of the Moon", "relevant": [{"document": "sea", "start": 125, "end": 140}]},
    {"question": "coral", "relevant": [{"document": "reef", "start": 0, "end": 5}], "within": ["reef"]},
    {"question": "zzyzx", "relevant": [{"document": "reef", "start": 0, "end": 5}]},
]


def folder_of(home: Path, documents: Sequence[object], questions: Sequence[object]) -> Path:
    for name, lines in (("documents", documents), ("questions", questions)):
        (home / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return home


@pytest.fixture
def small(tmp_path: Path) -> Collection:
    return read_folder(folder_of(tmp_path, DOCUMENTS, QUESTIONS))


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    lines = capsys.readouterr().out.splitlines()
    return {name: float(value.removesuffix(" ms")) for name, value in (line.split(": ") for line in lines)}


def test_all_figures_of_a_folder_are_printed(tmp_path, capsys):
    evidence.main([str(folder_of(tmp_path, DOCUMENTS, QUESTIONS))])

    figures = printed(capsys)
    ranked = ("hit@10", "hit@20", "precision@20", "mrr")
    assert list(figures) == [
        *ranked,
        *(f"bm25 {name}" for name in ranked),
        "time per query",
        "bm25 time per query",
        "quote_in_source",
        "citation_coverage",
        "number_precision",
        "near_duplicates",
        "dropped_leakage",
        "questions",
        "questions that find something",
        "questions that share a content word",
        "of these, questions that find something",
        "questions that find something that fits",
        "questions that find something relevant",
        "questions that find something relevant that fits",
    ]
    assert figures["hit@10"] == figures["mrr"] == pytest.approx(2 / 3, abs=0.001)
    assert figures["precision@20"] == pytest.approx(2 / 3 / 20, abs=0.001)
    assert (figures["questions"], figures["questions that find something"]) == (3, 2)
    assert figures["questions that share a content word"] == figures["of these, questions that find something"] == 2
    assert figures["questions that find something relevant that fits"] == 2
    assert figures["quote_in_source"] == figures["citation_coverage"] == 1


def test_half_of_the_questions_can_be_left_out(tmp_path, capsys):
    evidence.main([str(folder_of(tmp_path, DOCUMENTS, QUESTIONS)), "--half", "held-out"])

    assert printed(capsys)["questions"] == 1


def test_every_gold_quote_of_the_library_is_found():
    collection = read_library()

    assert len(collection.questions) >= 80
    assert all(question.relevant for question in collection.questions)


def test_gold_quote_that_is_not_in_the_library_is_told(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "q", "relevant": [{"document": "coral-reefs.md", "quote": "Corals can fly."}]}')

    with pytest.raises(
        BrokenFile, match=r"line 1: this does not stand exactly once in “coral-reefs.md”: Corals can fly"
    ):
        read_library(path)


def test_every_question_that_shares_a_word_with_the_library_finds_something():
    found = look_for_all(read_library())

    assert all(question.finds for question in found if question.shares_a_word)
    assert sum(question.shares_a_word for question in found) >= 113
    assert sum(question.is_relevant for question in found) >= 78
    assert sum(question.relevant_fits for question in found) >= 68


def test_ranking_keeps_ahead_of_plain_bm25_on_the_library():
    comparison = compare(read_library())

    assert comparison.ours.hit_at(10) >= comparison.plain.hit_at(10) + 0.04
    assert comparison.ours.hit_at(20) >= comparison.plain.hit_at(20) + 0.02
    assert comparison.ours.precision_at(20) >= comparison.plain.precision_at(20)
    assert comparison.ours.mean_reciprocal_rank() >= comparison.plain.mean_reciprocal_rank() + 0.02


@pytest.mark.parametrize(
    ("documents", "questions", "told"),
    [
        (DOCUMENTS, [], "holds no question"),
        (DOCUMENTS, [{"question": "q", "relevant": [], "within": ["moon"]}], "line 1: .*no document “moon”"),
        (DOCUMENTS, [{"question": "q", "relevant": [{"document": "reef", "start": 0, "end": 999}]}], "no span"),
        (
            DOCUMENTS,
            [{"question": "q", "relevant": [{"document": "reef", "start": "x", "end": 9}]}],
            "relevant.0.start",
        ),
        (DOCUMENTS, [{"question": "q", "relevant": []}], "No question says what is relevant"),
        (DOCUMENTS, ["a string"], "line 1"),
        (DOCUMENTS * 2, QUESTIONS, "line 3: the id “sea” stands there for the second time"),
        ([{"id": "x", "text": 3}], QUESTIONS, "documents.jsonl, line 1: text"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told_in_a_sentence(tmp_path, capsys, documents, questions, told):
    with pytest.raises(SystemExit, match=told):
        evidence.main([str(folder_of(tmp_path, documents, questions))])

    assert capsys.readouterr().out == ""


def test_missing_file_is_told_in_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match=r"documents.jsonl cannot be read"):
        evidence.main([str(tmp_path)])


@pytest.mark.parametrize(("content", "told"), [(b'{"id": \n', "line 1 is not JSON"), (b"\xff\xfe", "cannot be read")])
def test_file_that_is_no_json_is_told_in_a_sentence(tmp_path, content, told):
    (tmp_path / "documents.jsonl").write_bytes(content)

    with pytest.raises(SystemExit, match=told):
        evidence.main([str(tmp_path)])


def test_offsets_count_the_raw_text():
    text = "\r\n# A heading\r\n\r\nSome text.\u00ad  With\ttabs\n\n\n"

    assert document_of(DocumentLine(id="x", text=text)).text == text


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# History\nText.\n## In Asia ##\nText.", ["History", "In Asia"]),
        ("== Reception ==\nText.\n=== In Asia===\nText.", ["Reception", "In Asia"]),
        ("History\n\nText of it.\n\nIn Asia \r\n\r\nText of it.\nMore.\n\nText.", ["History", "In Asia"]),
        ("Ana: yes\n\nBo: no\n\nAna: why\n\nText of it.", []),
        ("Short.\n\nText of it.\n\n1. item\n\n- item\n\nand so on\n\nText of it.", []),
        ("Apple\n\nPear\n\nPlum\n\nText of it.", []),
        ("#hashtag\n\nText: a == b.\n\n====\n\n#", []),
        ("", []),
    ],
)
def test_headings_are_told_by_their_looks(text, headings):
    assert [text[heading.start : heading.end] for heading in headings_in(text)] == headings


def test_passage_is_relevant_when_it_overlaps_a_relevant_span(small):
    question = small.questions[0]
    sea = small.documents["sea"]
    passages = [hit.passage for hit in rank_passages([sea], "heat moon", 10)]

    ranks = relevant_ranks(passages, question, small)

    assert [passages[rank - 1].text for rank in ranks] == [TIDES]


def test_ranks_make_the_figures():
    quality = Quality([[1, 3], [12], []], [0.002, 0.001, 0.009])

    assert quality.hit_at(10) == pytest.approx(1 / 3)
    assert quality.hit_at(20) == pytest.approx(2 / 3)
    assert quality.precision_at(20) == pytest.approx(3 / 20 / 3)
    assert quality.mean_reciprocal_rank() == pytest.approx((1 + 1 / 12) / 3)
    assert quality.milliseconds() == 2


@pytest.mark.parametrize(
    ("changed", "figure", "value"),
    [
        (lambda markdown: markdown, "citation_coverage", 1.0),
        (
            lambda markdown: markdown.replace("\n## References", " Nobody said this.\n## References"),
            "citation_coverage",
            0.5,
        ),
        (lambda markdown: markdown.replace("The gravity", "Nobody said this. The gravity"), "citation_coverage", 0.5),
        (lambda markdown: markdown.replace("two bulges", "2 bulges"), "number_precision", 0.0),
    ],
)
def test_figures_of_a_report_fall_when_it_is_spoilt(small, changed, figure, value):
    documents = list(small.documents.values())
    report = write_extracted("tides", find_evidence(documents, Query("gravity of the Moon")).findings)
    spoilt = report.model_copy(update={"markdown": changed(report.markdown)})

    quality = quality_of(spoilt, {document.fingerprint: document for document in documents}, math.nan)

    assert getattr(quality, figure) == pytest.approx(value)


def test_mean_leaves_out_what_has_no_figure():
    qualities = [ReportQuality(1.0, 0.5, math.nan, 0.0, math.nan), ReportQuality(0.0, 1.0, 0.25, 0.5, math.nan)]

    assert mean(qualities) == ReportQuality(0.5, 0.75, 0.25, 0.25, 0.0)
    assert mean([]) == NOTHING_WRONG


def test_sentences_of_a_report_are_those_of_its_findings(small):
    findings = find_evidence(list(small.documents.values()), Query("gravity of the Moon")).findings

    (sentence,) = sentences_of(write_extracted("tides", findings))

    assert (sentence.text, sentence.quote) == (TIDES, TIDES)


def test_nothing_dropped_comes_back_on_the_library():
    collection = read_library()
    documents = list(collection.documents.values())
    topic = "How many planets are there?"

    assert dropped_leakage(topic, documents, find_evidence(documents, Query(topic)).findings) == 0
