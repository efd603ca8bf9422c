"""What holds of every finding, whatever the documents and the topic."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from hitl.research.bundled import bundled_documents
from hitl.research.evidence import Document, Finding, Query
from hitl.research.findings import find_evidence
from hitl.text import WORD
from tests.research.samples import written

LIBRARY = {document.fingerprint: document for document in bundled_documents()}
WORDS = "coral reef water warm moon tide It Sun 2019 e.g. Dr. “old” café 海の水。 🌊 <b> the of".split()
SENTENCES = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=14),
    st.sampled_from([".", "?", "!", "…", ".”", ""]),
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=12).map(" ".join)
BLOCKS = st.lists(PARAGRAPHS | SENTENCES.map("# {}".format), min_size=1, max_size=6)
TOPICS = st.lists(st.sampled_from([*WORDS, "expansion", "zzyzx"]), max_size=5).map(" ".join)
REMARKS = st.lists(TOPICS, max_size=3).map(tuple)
KNOWN_WORDS = sorted({word for document in LIBRARY.values() for word in WORD.findall(document.text)})


def check(findings: tuple[Finding, ...], documents: dict[str, Document], query: Query) -> None:
    """Assert what a round promises of its findings."""
    assert len(findings) <= query.most
    for found in findings:
        document = documents[found.document]
        assert found.quote == document.text[found.start : found.end]
        assert found.quote.strip() == found.quote != ""
        parts = found.quote.split("\n\n")[:-1]
        assert not any(
            part.rstrip("”").endswith((".", "!")) for part in parts
        )  # a sentence that goes on, or a question and its answer
        assert found.place == document.place_at(found.start)
        assert found.round == query.round
    for one, other in [*combinations(findings, 2), *((new, old) for new in findings for old in query.known)]:
        assert one.document != other.document or one.end <= other.start or other.end <= one.start
        assert fuzz.ratio(one.quote, other.quote) < 90


def check_two_rounds(documents: dict[str, Document], topic: str, remarks: tuple[str, ...], most: int) -> None:
    """Search, keep every second finding, drop the others, search again, and check both rounds."""
    query = Query(topic, most=most)
    first = find_evidence(list(documents.values()), query).findings
    check(first, documents, query)

    query = Query(topic, remarks, kept=first[::2], dropped=first[1::2], round=2, most=most)
    check(find_evidence(list(documents.values()), query).findings, documents, query)


@settings(deadline=None, max_examples=60)
@given(st.lists(BLOCKS, max_size=4), TOPICS, REMARKS, st.integers(1, 9))
def test_any_documents_give_verbatim_new_quotes(texts, topic, remarks, most):
    documents = [written(*blocks, name=f"{number}.md") for number, blocks in enumerate(texts)]

    check_two_rounds({document.fingerprint: document for document in documents}, topic, remarks, most)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(KNOWN_WORDS), max_size=6).map(" ".join) | st.text(max_size=60),
    st.lists(st.lists(st.sampled_from(KNOWN_WORDS), max_size=3).map(" ".join), max_size=3).map(tuple),
    st.integers(1, 20),
)
def test_any_topic_gives_verbatim_new_quotes_of_the_bundled_library(topic, remarks, most):
    check_two_rounds(LIBRARY, topic, remarks, most)


def test_topic_about_each_bundled_document_quotes_it():
    for document in LIBRARY.values():
        findings = find_evidence(list(LIBRARY.values()), Query(document.title)).findings

        assert document.fingerprint in {found.document for found in findings}
