from __future__ import annotations

from hitl.research.guided import PER_QUERY, fused_hits
from tests.research.samples import CORAL, HEAT, TIDES, written

SEA = written("# Heat", HEAT, "# Tides", TIDES, "# Reefs", CORAL, name="sea.md", title="The sea")


def texts(*queries: str) -> list[str]:
    return [hit.passage.text for hit in fused_hits([SEA], queries)]


def test_what_many_queries_bring_comes_first():
    assert texts("coral algae", "gravity of the Moon", "Moon and Earth")[0] == TIDES


def test_each_passage_is_there_once():
    found = texts("coral", "coral algae", "coral colony")

    assert len(found) == len(set(found)) <= PER_QUERY


def test_queries_that_find_nothing_bring_nothing():
    assert texts("zebra", "") == []
    assert texts() == []
