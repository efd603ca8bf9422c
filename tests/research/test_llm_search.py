from __future__ import annotations

from hitl.research.llm_search import PER_QUERY, fused_hits
from tests.research.samples import CORAL, HEAT, TIDES, written

SEA = written("# Heat", HEAT, "# Tides", TIDES, "# Reefs", CORAL, name="sea.md", title="The sea")


def texts(*queries: str) -> list[str]:
    return [hit.passage.text for hit in fused_hits([SEA], queries)]


def test_what_many_queries_bring_comes_first():
    assert texts("coral algae", "gravity of the Moon", "Moon and Earth")[0] == TIDES


def test_what_two_queries_bring_third_comes_before_what_one_brings_first():
    """The constant of reciprocal rank fusion is large for this: without it a first place counts three times a third."""
    texts = [
        "Here is sand sand sand beside the old wall.",
        "Here is sand sand upon the old wall.",
        "Here is sand and salt behind the old wall.",
        "Here is salt salt upon the old wall.",
        "Here is salt salt salt beside the old wall.",
    ]
    documents = [written(text, name=f"{number}.md") for number, text in enumerate(texts)]
    by_sand, by_salt = ([hit.passage.text for hit in fused_hits(documents, [query])] for query in ("sand", "salt"))
    assert (by_sand, by_salt) == (texts[:3], texts[:1:-1])

    assert next(hit.passage.text for hit in fused_hits(documents, ["sand", "salt"])) == texts[2]


def test_each_passage_is_there_once():
    found = texts("coral", "coral algae", "coral colony")

    assert len(found) == len(set(found)) <= PER_QUERY


def test_queries_that_find_nothing_bring_nothing():
    assert texts("zebra", "") == []
    assert texts() == []
