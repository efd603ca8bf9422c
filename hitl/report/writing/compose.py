"""Composes a report: its text in Markdown with citations and marks, what is reworded, and what it cites.

The Markdown names references and marks by the same words in every language, so that code finds them again;
`shown_markdown` puts those of the report's language in their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from hitl.characters import visible
from hitl.llm import Call
from hitl.markdown_blocks import anchor_of
from hitl.report.events import Report
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.claims import Claim, Reference
from hitl.report.verification.marks import CITATION, cite, verdict_mark
from hitl.report.verification.references import references_of
from hitl.report.verification.verdicts import check_text
from hitl.report.writing.escaping import escape_quote, visible_words
from hitl.report.writing.fixed_words import FixedWords, fixed_words, report_language
from hitl.report.writing.side_by_side import side_by_side
from hitl.report.writing.sources import source_names
from hitl.research import Finding
from hitl.text import escape_markdown

TARGET = re.compile(r"^###### Reference (\d+)$", re.MULTILINE)
"""The heading above a quote, to which its citations lead."""
TARGET_NAME = re.compile(r"[a-z]+-\d+")
"""Anchors like those of such headings."""
MARK = re.compile(r"(?<= \*\()[^*]+(?=\)\*)")
"""What a mark says; no other text has unescaped asterisks around brackets."""
SENTENCE_END = re.compile(r"[.!?…؟।॥։።۔。！？][\"'”’»)\]」』）]*\Z")


class Paragraph(NamedTuple):
    """A paragraph of a text."""

    markdown: str
    statements: range
    """Numbers of its sentences."""


class TextPart(NamedTuple):
    """A section of a text."""

    heading: str
    """In Markdown, without its level; empty for none."""
    paragraphs: tuple[Paragraph, ...]


def composed(
    topic: str,
    text: ReportText,
    findings: Sequence[Finding],
    *,
    model: str = "",
    written_on: str,
    claims: Sequence[Claim] | None = None,
    struck: int = 0,
    unfinished: str = "",
    calls: Sequence[Call] = (),
    parts: Sequence[str] = (),
    other_names: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Compose a report from its text.

    Args:
        topic: The topic, which becomes the title.
        text: The text; what it says is not trusted and shown literally.
        findings: The approved findings, among them all that the text cites.
        model: Name of the model that wrote the text; empty if it consists of quotes.
        written_on: Date in UTC, `2026-11-25`.
        claims: One for each statement of the text; checked here if None.
        struck: Number of statements that a human struck out of the text before.
        unfinished: Why the text is incomplete, in a sentence.
        calls: All model calls so far, including those of the research.
        parts: What was asked, in parts; those that no finding answers are named.
        other_names: Further file names of the documents, by fingerprint.
    """
    known = {finding.id: finding for finding in findings}
    references = references_of([known[id] for id in text.cited if id in known])
    claims = check_text(text, references) if claims is None else claims
    if not model:  # its headings are titles of documents and parts of the topic, which claim nothing
        claims = [claim for claim in claims if not claim.is_heading]
    language = report_language(topic, (finding.quote for finding in findings))
    words = fixed_words(language)
    title = report_title(topic)
    note = _note(words, len(findings), model, written_on, unfinished, struck, _unanswered(parts, findings))
    markdown = [
        f"# {escape_markdown(title)}",
        f"*{note}*",
        *_body(text_parts(text, references, claims, bool(model))),
        *(side_by_side(claims, references, words) if model else ()),
        *_reference_list(references, words, other_names or {}),
    ]
    return Report(
        title=title,
        markdown="\n\n".join(markdown) + "\n",
        references=references,
        text=text,
        claims=list(claims),
        struck=struck,
        unfinished=unfinished,
        model=model,
        written_on=written_on,
        language=language,
        calls=list(calls),
    )


def report_title(topic: str) -> str:
    """The topic with a capital first letter, unless its first word already contains a capital, like pH.

    Characters of it that do not show are left out.
    """
    topic = visible(topic)
    begins_small = topic.partition(" ")[0].islower()
    return topic[:1].upper() + topic[1:] if begins_small else topic


def shown_markdown(report: Report) -> str:
    """The Markdown of a report with its marks and the names of its references in its language."""
    words = fixed_words(report.language)
    markdown = TARGET.sub(rf"###### {words.reference} \1", report.markdown)
    anchor = anchor_of(words.reference)
    markdown = CITATION.sub(lambda match: match[0].replace("(#reference-", f"(#{anchor}-"), markdown)
    return MARK.sub(lambda mark: "; ".join(map(words.mark, mark[0].split("; "))), markdown)


def _note(
    words: FixedWords,
    findings: int,
    model: str,
    written_on: str,
    unfinished: str,
    struck: int,
    unanswered: Sequence[str],
) -> str:
    """Who wrote the report, when and from what, and what is missing; in Markdown."""
    by = words.written if model else words.quoted
    missing = words.not_approved.format(parts=escape_markdown("; ".join(unanswered))) if unanswered else ""
    said = by.format(model=escape_markdown(model), date=escape_markdown(written_on), evidence=words.evidence(findings))
    return " ".join(filter(None, [said, escape_markdown(unfinished), words.struck_out(struck), missing]))


def _unanswered(parts: Sequence[str], findings: Sequence[Finding]) -> list[str]:
    """The parts that no finding answers; none if the findings do not say what they answer."""
    answered = {part for finding in findings for part in finding.answers}
    return [part for part in dict.fromkeys(parts) if part not in answered] if answered else []


def text_parts(
    text: ReportText,
    references: Sequence[Reference],
    claims: Sequence[Claim],
    is_by_model: bool,
    cited: Callable[[int], str] = cite,
    marked: Callable[[Claim], str] = verdict_mark,
    finished: Callable[[str], str] = str,
) -> Iterator[TextPart]:
    """The sections of a text in Markdown, with citations and marks.

    Args:
        text: The text.
        references: What it cites.
        claims: Of its statements.
        is_by_model: Whether what is not verbatim is marked.
        cited: Writes the citation of a reference, by its number.
        marked: Writes what follows a claim.
        finished: What else is to be done to the escaped words of a heading or a sentence.
    """
    by_finding = {reference.finding.id: reference for reference in references}
    marks = {claim.number: marked(claim) for claim in claims} if is_by_model else {}
    number = 0
    for section in text.sections:
        heading = ""
        if section.heading:
            number += 1
            heading = finished(_escaped(section.heading, is_by_model)) + marks.get(number, "")
        first = number + 1
        written = []
        for sentence in section.sentences:
            number += 1
            numbers = sorted(by_finding[id].number for id in sentence.findings if id in by_finding)
            parts = [finished(_escaped(sentence.text, is_by_model)), *map(cited, numbers)]
            written.append(" ".join(parts) + marks.get(number, ""))
        ends = [len(written)] if is_by_model else _paragraph_ends(section, by_finding)
        paragraphs = [
            Paragraph(" ".join(written[begin:end]), range(first + begin, first + end))
            for begin, end in pairwise([0, *ends])
            if begin < end
        ]
        if heading or paragraphs:
            yield TextPart(heading, tuple(paragraphs))


def _body(parts: Iterable[TextPart]) -> Iterator[str]:
    """The headings and paragraphs of a text, in Markdown."""
    for part in parts:
        if part.heading:
            yield _heading(part.heading, level=2)
        for paragraph in part.paragraphs:
            yield paragraph.markdown


def _heading(markdown: str, level: int) -> str:
    """A heading, or bold text if citations would lead to the heading."""
    return f"**{markdown}**" if TARGET_NAME.fullmatch(anchor_of(markdown)) else f"{'#' * level} {markdown}"


def _paragraph_ends(section: Section, references: Mapping[str, Reference]) -> list[int]:
    """After how many of its sentences the paragraphs of a section of quotes end.

    Those of different places are apart. What has several lines or no end, as a list or a short fact, stands by itself.

    Args:
        section: The section.
        references: By the id of their finding.
    """
    sentences = section.sentences
    apart = [at for at in range(1, len(sentences)) if not _run_on(sentences[at - 1], sentences[at], references)]
    return [*apart, len(sentences)]


def _run_on(before: Sentence, sentence: Sentence, references: Mapping[str, Reference]) -> bool:
    """Whether two quotes may stand in one paragraph."""
    if any("\n" in each.text or not SENTENCE_END.search(each.text) for each in (before, sentence)):
        return False
    places = [
        {(references[id].finding.document, references[id].finding.place) for id in each.findings if id in references}
        for each in (before, sentence)
    ]
    return places[0] == places[1]


def _reference_list(
    references: Sequence[Reference], words: FixedWords, other_names: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What the report cites, in Markdown: each document once, and under it its quotes with their numbers.

    Args:
        references: Those of one document stand together.
        words: The fixed words of the report.
        other_names: Further file names of the documents, by fingerprint.
    """
    if not references:
        return
    names = source_names(reference.finding for reference in references)
    yield f"## {words.references}"
    for document, quotes in groupby(references, key=lambda reference: reference.finding.document):
        name, others = names[document], other_names.get(document, ())
        details = [
            name.location,
            words.also_named.format(names=", ".join(others)) if others else "",
            name.date,
            words.document.format(fingerprint=name.fingerprint) if name.fingerprint else "",
        ]
        yield _heading(escape_markdown(", ".join(filter(None, [name.title, *details]))), level=4)
        for reference in quotes:
            yield f"###### Reference {reference.number}"
            if reference.finding.place:
                yield escape_markdown(reference.finding.place)
            yield escape_quote(reference.finding.quote, before="> ")


def _escaped(text: str, is_by_model: bool) -> str:
    return escape_markdown(visible_words(text)) if is_by_model else escape_quote(text)
