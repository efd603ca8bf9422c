from __future__ import annotations

import pytest
from rapidfuzz import fuzz

from hitl.research.documents import Evidence, Inquiry, find_evidence, new_finding, rank_passages
from hitl.research.evidence import Document, Finding, fingerprint_of
from hitl.research.sameness import is_same
from hitl.research.shelf import bundled_documents
from tests.research.samples import CORAL, HEAT, TIDES, finding, written

LIBRARY = bundled_documents()
PLANETS = ("nine-planets.md", "what-counts-as-a-planet.html")


def ask(topic: str, *feedback: str, seen: tuple[Finding, ...] = (), most: int = 8) -> tuple[Finding, ...]:
    """A round over the bundled library, after one in which the human dropped what was seen."""
    return find_evidence(LIBRARY, Inquiry(topic, feedback, dropped=seen, round=2 if seen else 1, most=most)).findings


def quotes(*documents: Document, inquiry: Inquiry) -> list[str]:
    return [found.quote for found in find_evidence(documents, inquiry).findings]


def test_finding_quotes_its_document_and_says_where():
    document = written("# Heat", HEAT, "# Reefs", CORAL, name="sea.md", title="The sea")

    (found,) = find_evidence([document], Inquiry("coral algae", round=3)).findings

    assert found.quote == document.text[found.start : found.end] == CORAL
    assert (found.document, found.title, found.location) == (document.fingerprint, "The sea", "sea.md")
    assert (found.place, found.round) == ("Reefs", 3)
    assert found.score > 0


def test_documents_and_passages_are_counted():
    evidence = find_evidence([written("# Heat", HEAT, TIDES), written(CORAL)], Inquiry("coral"))

    assert (evidence.documents, evidence.passages) == (2, 3)


def test_nothing_is_found_in_nothing():
    assert find_evidence([], Inquiry("coral")) == Evidence((), 0, 0)


def test_quote_is_the_sentence_that_answers_and_not_the_whole_passage():
    document = written(f"{HEAT} {CORAL} {HEAT.replace('oceans', 'seas')}")

    assert quotes(document, inquiry=Inquiry("coral algae colony")) == [CORAL]


def test_quote_takes_along_the_sentence_that_it_leans_on():
    document = written(f"{HEAT} A reef is home to many fish. It expels its algae when the summer is too warm.")

    assert quotes(document, inquiry=Inquiry("expels algae summer")) == [
        "A reef is home to many fish. It expels its algae when the summer is too warm."
    ]


def test_quote_from_a_conversation_is_of_one_turn():
    text = "Ana: Okay .\nBo: What about the price ? Rubber has its price .\nAna: The price is fine .\nBo: Mm-hmm ."
    document = Document(fingerprint=fingerprint_of(text), title="", location="talk", text=text)

    assert quotes(document, inquiry=Inquiry("What did Bo say about the price of rubber?")) == [
        "Bo: What about the price ? Rubber has its price ."
    ]


def test_of_quotes_that_fit_about_as_well_the_second_is_of_another_document():
    one = written(
        *("# One", "The coral bleached in warm water near the island, and most of the coral died."),
        *("# Two", "The coral bleached in warm water off the coast, where algae left it."),
        name="one.md",
        title="A",
    )
    other = written(
        *("# Three", "The coral bleached in warm water; warm water came back to the bay."), name="other.md", title="B"
    )
    ranked = [hit.passage.document.location for hit in rank_passages([one, other], "coral bleached warm water", 9)]
    assert ranked == ["one.md", "one.md", "other.md"]

    findings = find_evidence([one, other], Inquiry("coral bleached warm water")).findings
    assert [found.location for found in findings] == ["one.md", "other.md", "one.md"]


def test_new_finding_knows_its_place():
    document = written("# Heat", HEAT, name="sea.md", title="The sea")
    start = document.text.index(HEAT)

    found = new_finding(document, start, start + 10, 1.23456, 2)

    assert (found.quote, found.place, found.score, found.round) == (HEAT[:10], "Heat", 1.235, 2)
    assert found == finding(document, HEAT[:10]).model_copy(update={"score": 1.235, "round": 2})


def test_topic_about_planets_finds_both_opinions():
    assert {found.location for found in ask("How many planets are there?")} == set(PLANETS)


def test_best_finding_of_a_first_round_is_first():
    findings = ask("heat pumps in cold weather")

    assert findings[0].location == "how-heat-pumps-work.md"
    assert findings[0].score == max(found.score for found in findings)


@pytest.mark.parametrize("most", [0, 1, 3, 8])
def test_no_more_findings_than_asked_for_come_back(most):
    assert len(ask("How many planets are there?", most=most)) == most


@pytest.mark.parametrize(
    "topic", ["medieval falconry", "Portuguese verb conjugation", "zzyzx", "zzyzx 1", "sourdough bread"]
)
def test_topic_that_the_library_does_not_know_finds_nothing(topic):
    assert ask(topic) == ()


@pytest.mark.parametrize(
    ("topic", "location", "unknown"),
    [
        ("heat pumps in Winterthur and Zofingen", "how-heat-pumps-work.md", ("Winterthur", "Zofingen")),
        (
            "Give me an overview of antibiotic resistance for laypeople",
            "antibiotic-resistance.md",
            ("overview", "laypeople"),
        ),
        ("hat pumps", "how-heat-pumps-work.md", ("hat",)),
        ("Zofingen: heat pumps", "how-heat-pumps-work.md", ("Zofingen",)),
        ("coral Riffbleichung", "coral-reefs.md", ("Riffbleichung",)),
        ("What's Pluto’s place in Schnurrbart?", "nine-planets.md", ("Schnurrbart",)),
        ("bicycle gear ratios", "how-heat-pumps-work.md", ("bicycle", "gear")),
        ("How do vaccines work?", "how-vaccines-work.md", ()),
        ("inventors of the Web", "early-web.html", ()),  # another word of a family is known
    ],
)
def test_a_word_that_no_document_holds_hides_nothing_and_is_named(topic: str, location: str, unknown: tuple[str, ...]):
    evidence = find_evidence(bundled_documents(), Inquiry(topic))

    assert location in {found.location for found in evidence.findings}
    assert evidence.unknown == unknown


def test_feedback_with_an_unknown_word_is_heeded_and_the_word_is_named():
    inquiry = Inquiry("coral reefs", feedback=("What about bleaching in Zofingen?",), round=2)
    evidence = find_evidence(bundled_documents(), inquiry)

    assert any("bleach" in found.quote.lower() for found in evidence.findings)
    assert evidence.unknown == ("Zofingen",)


@pytest.mark.parametrize(
    "feedback", ["too long, drop the third one", "more recent sources", "wrong, nothing else", "yes", "an overview"]
)
def test_feedback_about_the_findings_is_not_held_against_the_documents(feedback: str):
    inquiry = Inquiry("coral reefs", feedback=("What of Zofingen?", feedback), round=3)
    assert find_evidence(bundled_documents(), inquiry).unknown == ()


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "   ",
        "\n",
        "🌊🔥",
        "the of and",
        "<script>alert(1)</script>",
        "**[](x)",
        "'; -- /* */",
        "ما هي الشعاب المرجانية؟",
        "\x00",
    ],
)
def test_topic_without_a_known_word_finds_nothing(topic):
    assert ask(topic) == ()


@pytest.mark.parametrize(
    "topic",
    [
        "🌊 coral 🌊",
        "<b>coral</b> & reefs",
        "# coral *reefs*",
        "\u202ecoral\u202c",
        "\u200fcoral؟",
        "CORAL",
    ],
)
def test_known_words_are_found_among_emoji_markup_and_other_scripts(topic):
    assert any(found.location == "coral-reefs.md" for found in ask(topic))


@pytest.mark.parametrize(
    "words", ["coral reefs ", "x", "a b ", "海", "🌊", "אבג ", " ".join(document.text[:600] for document in LIBRARY)]
)
def test_topic_of_ten_thousand_characters_is_searched(words):
    topic = (words * 10_000)[:10_000]

    assert len(ask(topic)) <= 8


@pytest.mark.parametrize("part", ["kept", "dropped"])
def test_nothing_that_was_seen_comes_back(part):
    first = ask("How many planets are there?")

    inquiry = Inquiry("How many planets are there?", ("",), round=2, most=50, **{part: first})
    second = find_evidence(LIBRARY, inquiry).findings

    assert second
    assert not any(
        new.document == old.document and new.start < old.end and old.start < new.end for new in second for old in first
    )
    assert not any(fuzz.ratio(new.quote, old.quote) >= 90 for new in second for old in first)


def test_copy_of_a_dropped_quote_in_another_document_does_not_come_back():
    seen = finding(written(HEAT), HEAT)
    copy = written(HEAT.replace("many", "most"), TIDES, name="copy.md")

    assert quotes(copy, inquiry=Inquiry("heat of the oceans", dropped=(seen,))) == []


def test_copies_in_one_round_come_back_once():
    documents = [written(HEAT, name="one.md"), written(HEAT.replace("many", "most"), TIDES, name="two.md")]

    assert len(quotes(*documents, inquiry=Inquiry("heat of the oceans"))) == 1


def test_same_document_given_twice_is_quoted_once():
    document = written(HEAT, TIDES)

    assert quotes(document, document, inquiry=Inquiry("heat of the oceans")) == [HEAT]


@pytest.mark.parametrize(("changed", "same"), [(HEAT, True), (HEAT.replace("most", "some"), True), (TIDES, False)])
def test_quotes_are_the_same_when_they_are_nearly_alike(changed, same):
    assert is_same(finding(written(HEAT), HEAT), finding(written(changed, CORAL), changed)) is same


def test_unseen_document_is_preferred_among_equals():
    old = written("The coral of the north turns white.", "The coral of the south stays brown for ever.", name="old.md")
    new = written(
        "The coral of the west grows in deep and dark water.", "The coral of the east lies in the shade.", name="new.md"
    )
    seen = finding(old, "The coral of the north turns white.")

    first = quotes(old, new, inquiry=Inquiry("coral"))
    second = quotes(old, new, inquiry=Inquiry("coral", kept=(seen,)))

    assert first[0] == seen.quote
    assert second[0] in new.text
    assert "The coral of the south stays brown for ever." in second


def test_equally_good_documents_take_turns():
    one = written(*(f"The coral of the {side} turns white." for side in ("north", "south")), name="one.md")
    two = written(*(f"Much coral lived in {place} once." for place in ("Cuba then", "Peru then")), name="two.md")

    found = find_evidence([one, two], Inquiry("coral")).findings

    assert len({finding.document for finding in found[:2]}) == 2


def test_what_was_seen_does_not_push_the_rest_of_its_document_behind_chance_hits():
    topic = "How many planets are there?"

    second = ask(topic, seen=ask(topic))

    assert second[0].location in PLANETS


def test_remark_steers_the_next_round():
    first = ask("How many planets are there?")

    plain = ask("How many planets are there?", seen=first)
    steered = ask("How many planets are there?", "Who discovered Neptune with a telescope?", seen=first)

    assert not any("Galle found Neptune" in found.quote for found in plain)
    assert "Galle found Neptune" in steered[0].quote


def test_remark_may_ask_for_something_beside_the_topic():
    first = ask("How many planets are there?")

    assert any(
        found.location == "coral-reefs.md" for found in ask("How many planets are there?", "coral reefs", seen=first)
    )


def test_earlier_remark_still_counts_after_a_later_one():
    both = ask("How many planets are there?", "coral reefs", "smallpox vaccination", most=30)

    assert {found.location for found in both} >= {"coral-reefs.md", "end-of-smallpox.html"}


@pytest.mark.parametrize("remark", ["", "   ", "🌊", "more, please", "Please find something more!"])
def test_remark_that_says_nothing_goes_deeper(remark):
    topic = "thermal expansion of sea water"

    plain = ask(topic, most=300)
    deeper = ask(topic, remark, most=300)
    deepest = ask(topic, remark, remark, most=300)

    assert len(plain) < len(deeper) < len(deepest)
    assert {found.document for found in plain} <= {found.document for found in deeper}


def test_remark_of_unknown_words_does_not_empty_the_round():
    assert ask("coral reefs", "zzyzx") == ask("coral reefs")
