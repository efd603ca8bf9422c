from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from rapidfuzz import fuzz

from hitl.research.bundled import bundled_documents
from hitl.research.dedupe import is_same
from hitl.research.evidence import AskedPart, Document, Evidence, Finding, Query, fingerprint_of
from hitl.research.findings import find_evidence, new_finding
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from hitl.research.search.ranking import rank_passages
from tests.research.samples import CORAL, HEAT, TIDES, finding, read, written

LIBRARY = bundled_documents()
PLANETS = ("nine-planets.md", "what-counts-as-a-planet.html")


def ask(topic: str, *feedback: str, seen: tuple[Finding, ...] = (), most: int = 8) -> tuple[Finding, ...]:
    """A round over the bundled library, after one in which the human dropped what was seen."""
    return find_evidence(LIBRARY, Query(topic, feedback, dropped=seen, round=2 if seen else 1, most=most)).findings


def quotes(*documents: Document, query: Query) -> list[str]:
    return [found.quote for found in find_evidence(documents, query).findings]


def test_finding_quotes_its_document_and_says_where():
    document = written("# Heat", HEAT, "# Reefs", CORAL, name="sea.md", title="The sea")

    (found,) = find_evidence([document], Query("coral algae", round=3)).findings

    assert found.quote == document.text[found.start : found.end] == CORAL
    assert (found.document, found.title, found.location) == (document.fingerprint, "The sea", "sea.md")
    assert (found.place, found.round) == ("Reefs", 3)
    assert found.score > 0


def test_documents_and_passages_are_counted():
    evidence = find_evidence([written("# Heat", HEAT, TIDES), written(CORAL)], Query("coral"))

    assert (evidence.documents, evidence.passages) == (2, 3)


def test_nothing_is_found_in_nothing():
    assert find_evidence([], Query("coral")) == Evidence((), 0, 0)


def test_quote_is_the_sentence_that_answers_and_not_the_whole_passage():
    document = written(f"{HEAT} {CORAL} {HEAT.replace('oceans', 'seas')}")

    assert quotes(document, query=Query("coral algae colony")) == [CORAL]


def test_quote_takes_along_the_sentence_that_it_leans_on():
    document = written(f"{HEAT} A reef is home to many fish. It expels its algae when the summer is too warm.")

    assert quotes(document, query=Query("expels algae summer")) == [
        "A reef is home to many fish. It expels its algae when the summer is too warm."
    ]


def test_quote_from_a_conversation_is_of_one_turn():
    text = "Ana: Okay .\nBo: What about the price ? Rubber has its price .\nAna: The price is fine .\nBo: Mm-hmm ."
    document = Document(fingerprint=fingerprint_of(text), title="", location="talk", text=text)

    assert quotes(document, query=Query("What did Bo say about the price of rubber?")) == [
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

    findings = find_evidence([one, other], Query("coral bleached warm water")).findings
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
            (),  # words of the request are not held against the documents
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
    evidence = find_evidence(bundled_documents(), Query(topic))

    assert location in {found.location for found in evidence.findings}
    assert evidence.unknown == unknown


def test_feedback_with_an_unknown_word_is_heeded_and_the_word_is_named():
    query = Query("coral reefs", feedback=("What about bleaching in Zofingen?",), round=2)
    evidence = find_evidence(bundled_documents(), query)

    assert any("bleach" in found.quote.lower() for found in evidence.findings)
    assert evidence.unknown == ("Zofingen",)


@pytest.mark.parametrize(
    "feedback", ["too long, drop the third one", "more recent sources", "wrong, nothing else", "yes", "an overview"]
)
def test_feedback_about_the_findings_is_not_held_against_the_documents(feedback: str):
    query = Query("coral reefs", feedback=("What of Zofingen?", feedback), round=3)
    assert find_evidence(bundled_documents(), query).unknown == ()


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

    query = Query("How many planets are there?", ("",), round=2, most=50, **{part: first})
    second = find_evidence(LIBRARY, query).findings

    assert second
    assert not any(
        new.document == old.document and new.start < old.end and old.start < new.end for new in second for old in first
    )
    assert not any(fuzz.ratio(new.quote, old.quote) >= 90 for new in second for old in first)


def test_copy_of_a_dropped_quote_in_another_document_does_not_come_back():
    seen = finding(written(HEAT), HEAT)
    copy = written(HEAT.replace("many", "most"), TIDES, name="copy.md")

    assert quotes(copy, query=Query("heat of the oceans", dropped=(seen,))) == []


def test_copies_in_one_round_come_back_once():
    documents = [written(HEAT, name="one.md"), written(HEAT.replace("many", "most"), TIDES, name="two.md")]

    assert len(quotes(*documents, query=Query("heat of the oceans"))) == 1


def test_same_document_given_twice_is_quoted_once():
    document = written(HEAT, TIDES)

    assert quotes(document, document, query=Query("heat of the oceans")) == [HEAT]


@pytest.mark.parametrize(("changed", "same"), [(HEAT, True), (HEAT.replace("most", "some"), True), (TIDES, False)])
def test_quotes_are_the_same_when_they_are_nearly_alike(changed, same):
    assert is_same(finding(written(HEAT), HEAT), finding(written(changed, CORAL), changed)) is same


def test_unseen_document_is_preferred_among_equals():
    old = written("The coral of the north turns white.", "The coral of the south stays brown for ever.", name="old.md")
    new = written(
        "The coral of the west grows in deep and dark water.", "The coral of the east lies in the shade.", name="new.md"
    )
    seen = finding(old, "The coral of the north turns white.")

    first = quotes(old, new, query=Query("coral"))
    second = quotes(old, new, query=Query("coral", kept=(seen,)))

    assert first[0] == seen.quote
    assert second[0] in new.text
    assert "The coral of the south stays brown for ever." in second


def test_equally_good_documents_take_turns():
    one = written(*(f"The coral of the {side} turns white." for side in ("north", "south")), name="one.md")
    two = written(*(f"Much coral lived in {place} once." for place in ("Cuba then", "Peru then")), name="two.md")

    found = find_evidence([one, two], Query("coral")).findings

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


def made(*blocks: Block, title: str = "A title", name: str = "a.md") -> Document:
    return assemble(name, ReadFile(blocks, title=title))


POOL = made(
    heading("Opening hours", 2),
    Block("Monday to Friday: 9 to 17", "item"),
    Block("Sunday: closed", "item"),
    heading("Fees", 2),
    Block("Who | Fee", "row"),
    Block("Who: Adults | Fee: 4 euros", "row"),
    Block("Who: Children | Fee: free", "row"),
    Block("The pool was built by the town in the year 1932 and has been open since then."),
    title="Pool",
)


@pytest.mark.parametrize(
    ("topic", "quote", "place"),
    [
        ("opening hours sunday", "Monday to Friday: 9 to 17\n\nSunday: closed", "Opening hours"),
        ("fee for adults", "Who: Adults | Fee: 4 euros\n\nWho: Children | Fee: free", "Fees"),
        ("When was the pool built?", POOL.text[POOL.text.index("The pool was") :], "Fees"),
    ],
)
def test_short_facts_are_found_with_their_heads(topic, quote, place):
    found = find_evidence([POOL], Query(topic)).findings[0]

    assert (found.quote, found.place) == (quote, place)


def test_a_finding_never_ends_with_the_introduction_of_a_list():
    unless = "Do not routinely offer the weak painkiller to adults unless:"
    listed = ["all other drugs are unsuitable for the person or", "they are only used for a short time."]
    document = made(Block(f"{HEAT} {unless}"), *(Block(text, "item") for text in listed))

    assert quotes(document, query=Query("weak painkiller for adults")) == ["\n\n".join([unless, *listed])]
    assert quotes(document, query=Query("drugs used for a short time")) == ["\n\n".join([unless, *listed])]


MINUTES = made(
    heading("Closing the pool in winter", 2),
    heading("Discussion", 3),
    Block("ANN: I looked at the costs. We should close the pool in the winter months.", speaker="ANN"),
    Block("BOB: I do not agree at all. The schools need it. Closing it would cost the town more.", speaker="BOB"),
    heading("Conclusion", 3),
    Block("Agreed by five votes to two.", "item"),
    heading("New bicycle stands", 2),
    heading("Conclusion", 3),
    Block("Put off until the next meeting.", "item"),
    title="Board of the pool",
)


@pytest.mark.parametrize(
    ("topic", "quote", "place"),
    [
        ("conclusion on bicycle stands", "Put off until the next meeting.", "New bicycle stands › Conclusion"),
        (
            "What did Bob say about closing?",
            "Closing it would cost the town more.",
            "BOB, Closing the pool in winter › Discussion",
        ),
        (
            "What did Ann say about closing?",
            "ANN: I looked at the costs. We should close the pool in the winter months.",
            "ANN, Closing the pool in winter › Discussion",
        ),
    ],
)
def test_who_speaks_and_the_path_of_headings_belong_to_a_finding(topic, quote, place):
    found = find_evidence([MINUTES], Query(topic)).findings[0]

    assert (found.quote, found.place) == (quote, place)


def test_a_german_sentence_stays_with_what_it_points_to():
    rule = (
        "Die Probezeit darf sechs Monate nicht überschreiten. Sie kann auf neun Monate verlängert werden, wenn beide "
        "Seiten vor dem Ende schriftlich zustimmen."
    )
    other = (
        "Wer während der Probezeit kündigt, muss eine Frist wahren, die im Betrieb mindestens zwei Wochen dauern muss, "
        "und die Probezeit darf dabei enden."
    )
    documents = [written("# Probezeit im Betrieb", rule, name="a.md"), written("# Kündigung", other, name="b.md")]

    first = find_evidence(documents, Query("Verlängerung der Probezeit auf neun Monate")).findings[0]

    assert first.quote == rule


def test_documents_of_several_languages_are_searched_at_once():
    german = "Die Probezeit darf in allen Betrieben höchstens sechs Monate dauern, so steht es im Gesetz."
    documents = [written(HEAT, CORAL, name="en.md"), written(german, name="de.md")]

    assert quotes(*documents, query=Query("Wie lange dauern Probezeiten?")) == [german]
    assert quotes(*documents, query=Query("How do corals expel algae?")) == [CORAL]


def test_question_words_of_the_documents_languages_are_not_unknown():
    german = "Die Probezeit darf in allen Betrieben höchstens sechs Monate dauern, so steht es im Gesetz."
    evidence = find_evidence([written(german), written(HEAT)], Query("Wie lange dauern Probezeiten in Zofingen?"))

    assert evidence.unknown == ("Zofingen",)


def found_for(
    topic: str, *feedback: str, documents: Sequence[Document] = LIBRARY, **others: Any
) -> dict[str, AskedPart]:
    """What is found for each part, by its text."""
    query = Query(topic, feedback, round=1 + len(feedback), **others)
    return {part.text: part for part in find_evidence(documents, query).parts}


@pytest.mark.parametrize(
    "topic",
    [
        "energy storage in every region",
        "Give me an overview of antibiotic resistance for laypeople",
        "Who decided that Pluto was demoted by the zzyzx?",
        "Schnurrbart der Venus",
        "falconry, sourdough and the tide",
        "pump zzyzx flurbish grault garply waldo fred plugh xyzzy thud",
    ],
)
def test_whatever_shares_a_content_word_finds_something(topic):
    evidence = find_evidence(LIBRARY, Query(topic))

    assert evidence.findings
    assert all(finding.answers and (finding.matched or finding.place) for finding in evidence.findings)


def test_what_fits_less_well_comes_after_what_fits():
    findings = find_evidence(LIBRARY, Query("How big is Pluto really?")).findings

    weak = [finding.is_weak for finding in findings]
    assert weak == sorted(weak)
    assert set(weak) == {False, True}


def test_a_passage_that_shares_only_a_little_is_found_and_weak():
    documents = [written(HEAT, name="a.md"), written(CORAL, name="b.md"), written(TIDES, name="c.md")]

    (found,) = find_evidence(documents, Query("bulges sweeping the reef colony slowly over years and years")).findings[
        -1:
    ]

    assert found.is_weak
    assert found.matched


def test_deeper_rounds_show_more_of_what_is_weak():
    first = find_evidence(LIBRARY, Query("Does RSA stand for anything?"))
    second = find_evidence(LIBRARY, Query("Does RSA stand for anything?", ("",), round=2, most=50))

    assert second.went_deeper and not first.went_deeper
    assert len(second.findings) > len(first.findings)


@pytest.mark.parametrize(
    ("topic", "feedback", "parts"),
    [
        ("How do heat pumps work?", [], ["How do heat pumps work"]),
        (
            "How do vaccines work, and what are their side effects?",
            [],
            ["How do vaccines work", "what are their side effects"],
        ),
        ("heat pumps: cost, winter", [], ["cost", "winter"]),
        ("coral reefs", ["What about fish; and storms?"], ["coral reefs", "fish", "storms"]),
        ("coral reefs", ["too long, drop the third one", "fish"], ["coral reefs", "fish"]),
        ("coral reefs", ["fish", "Fish!"], ["coral reefs", "Fish"]),
        ("", [], []),
        ("🌊", [], ["🌊"]),
    ],
)
def test_a_round_says_what_was_asked(topic, feedback, parts):
    assert list(found_for(topic, *feedback)) == parts


def test_a_round_says_for_each_part_what_was_found():
    evidence = find_evidence(LIBRARY, Query("heat pumps", ("cost and noise",), round=2))
    parts = {part.text: part for part in evidence.parts}

    assert parts["heat pumps"].found == sum("heat pumps" in finding.answers for finding in evidence.findings)
    assert parts["cost"].found == 1
    assert parts["cost"].is_said and not parts["heat pumps"].is_said
    assert parts["noise"] == AskedPart(text="noise", found=0, is_said=True)
    (cost,) = [finding for finding in evidence.findings if "cost" in finding.answers and not finding.is_weak]
    assert "cost" in cost.matched
    assert "heat pump" in cost.quote


def test_what_another_thing_costs_is_no_answer():
    pumps = written("A heat pump of the usual kind warms a house with the heat of the air.", name="pumps.md")
    lamps = written("The cost of a lamp is paid back within the first year of its use.", name="lamps.md")

    evidence = find_evidence([pumps, lamps], Query("heat pumps", ("cost",), round=2))

    (cost,) = [part for part in evidence.parts if part.text == "cost"]
    assert (cost.found, cost.weak) == (0, 1)
    assert [(finding.location, finding.is_weak) for finding in evidence.findings] == [
        ("pumps.md", False),
        ("lamps.md", True),
    ]


def test_a_word_in_the_heading_alone_is_no_answer():
    document = written("# Cost", "A heat pump hums in the night and sings by day.", "# Use", HEAT, title="Heat pumps")

    (cost,) = [part for part in find_evidence([document], Query("heat pumps: cost, use")).parts if part.text == "cost"]

    assert (cost.found, cost.weak) == (0, 1)


def test_each_part_for_which_there_is_something_gets_something():
    many = [
        f"The coral of the {sea} reef is brown and lives in warm water." for sea in "first second third fourth".split()
    ]
    document = written(*many, "Storms break the branches of what grows there, again and again.", title="A text")

    parts = found_for("coral reef in warm water", "storms", documents=[document], most=3)

    assert (parts["storms"].found, parts["coral reef in warm water"].found) == (1, 2)


def test_a_part_without_room_is_not_said_to_have_nothing():
    parts = found_for("coral reefs", "fish; storms; smallpox", most=2)

    assert sum(part.found for part in parts.values()) >= 2
    assert all(part.found or part.has_more for part in parts.values())


def test_a_part_whose_findings_were_seen_is_not_said_to_have_nothing():
    first = find_evidence(LIBRARY, Query("running cost of heat pumps", most=50)).findings

    cost = found_for("running cost of heat pumps", "seasonal COP", kept=first)["seasonal COP"]

    assert cost.found == 0
    assert cost.before


@pytest.mark.parametrize("part", ["kept", "dropped"])
def test_what_was_seen_before_is_counted(part):
    first = ask("How many planets are there?")

    seen: dict[str, Any] = {part: first}
    second = find_evidence(LIBRARY, Query("How many planets are there?", ("",), round=2, **seen))

    assert second.left_aside >= len(first)
    assert second.parts[0].before == len(first)


def test_two_sentences_of_one_passage_answer_two_parts():
    text = f"{CORAL} Nobody in the village had ever heard of a tax on boats. {TIDES}"

    evidence = find_evidence([written(text)], Query("coral algae; gravity of the Moon"))

    assert [part.found for part in evidence.parts] == [1, 1]
    assert {finding.quote for finding in evidence.findings} == {CORAL, TIDES}


@pytest.mark.parametrize(
    ("topic", "feedback", "meant"),
    [
        ("hat pumps", (), {"hat pumps": "heat pumps"}),
        ("hat pumps: cost, winter", (), {"cost": "heat pumps: cost, winter", "winter": ""}),
        ("heat pumps", (), {"heat pumps": ""}),
        ("coral reefs", ("smalpox",), {"coral reefs": "", "smalpox": "smallpox"}),
        ("coral reefs", ("smalpox", "vacine"), {"coral reefs": "", "smalpox": "", "vacine": "vaccine"}),
    ],
)
def test_misspelt_words_of_the_topic_and_the_last_feedback_are_offered(topic, feedback, meant):
    assert {text: part.did_you_mean for text, part in found_for(topic, *feedback).items()} == meant


SHORT_FACTS = """\
# Pool

## Opening hours

- Monday to Friday: 9 to 17
- Sunday: closed

## Fees

| Who | Fee |
|---|---|
| Adults | 4 euros |
| Children | free |

The pool was built by the town in the year 1932 and has been open since then.
"""


@pytest.mark.parametrize(
    ("topic", "held"),
    [
        ("children fee", "Who: Children | Fee: free"),
        ("fee for children", "Who: Children | Fee: free"),
        ("adults", "Who: Adults | Fee: 4 euros"),
        ("opening hours Sunday", "Sunday: closed"),
        ("When is the pool closed?", "Sunday: closed"),
        ("opening hours on monday", "Monday to Friday: 9 to 17"),
    ],
)
def test_short_facts_of_a_markdown_file_are_found(topic, held):
    found = find_evidence([read("short_facts.md", SHORT_FACTS)], Query(topic)).findings[0]

    assert held in found.quote
    assert not found.is_weak


def test_the_matching_words_of_a_quote_stand_in_it():
    for found in ask("Why does the coral bleach in warm water?"):
        assert all(word in found.quote for word in found.matched)
    assert {"coral", "warm"} <= set(ask("Why does the coral bleach in warm water?")[0].matched)


@pytest.mark.parametrize(
    ("topic", "feedback", "says"),
    [
        ("Why is Pluto no longer a planet", "Who discovered Pluto?", "discovered Pluto"),
        ("Do heat pumps work in cold weather", "defrosting heat pumps", "defrost"),
        ("How do vaccines work", "smallpox vaccine", "smallpox"),
    ],
)
def test_feedback_that_names_the_topic_is_answered_where_both_are_named(topic: str, feedback: str, says: str):
    first = find_evidence(bundled_documents(), Query(topic))
    asked = Query(topic, feedback=(feedback,), kept=first.findings[2:], round=2)

    second = find_evidence(bundled_documents(), asked)

    part = next(part for part in second.parts if part.is_said)
    answers = [found.quote for found in second.findings if part.text in found.answers and not found.is_weak]
    assert part.found == len(answers) > 0
    assert any(says.casefold() in quote.casefold() for quote in answers)


@pytest.mark.parametrize(
    ("topic", "fits"),
    [
        ("What is the price of a tulip in Utrecht?", False),
        ("energy storage in every region", True),
        ("the price of saffron", True),
        ("zebra okapi planets", False),
    ],
)
def test_what_shares_a_word_with_a_topic_that_is_mostly_unknown_is_weak(topic: str, fits: bool):
    found = find_evidence(bundled_documents(), Query(topic)).findings

    assert found
    assert any(not finding.is_weak for finding in found) == fits


@pytest.mark.parametrize(
    ("topic", "quote"),
    [
        ("entry fee", "Entry fee: 5 euros"),
        ("swimming", "Swimming prohibited."),
        ("dogs", "No dogs."),
        ("Is diving allowed?", "Is diving allowed?\n\nNo."),
        ("What is the price?", "What is the price?\n\n7 euros."),
        ("max users", "max_users = 500"),
        ("closed on holidays", "Closed on holidays"),
    ],
)
def test_short_paragraphs_are_found_and_not_denied(topic: str, quote: str):
    short = ["Entry fee: 5 euros", "Swimming prohibited.", HEAT, "No dogs.", "max_users = 500", "Closed on holidays"]
    document = written("# Rules", *short, "What is the price?", "7 euros.", "# Is diving allowed?", "No.")
    evidence = find_evidence([document], Query(topic))

    assert evidence.findings[0].quote == quote
    assert (evidence.unknown, evidence.unquoted) == ((), ())


@pytest.mark.parametrize(
    "unquoted",
    [
        "Figure 3: The rainfall rose to 900 mm in 2019.",
        "Sources: The Rainfall, a journal; The Moon, a book.",
    ],
)
def test_a_word_of_a_caption_or_a_source_is_not_denied(unquoted: str):
    evidence = find_evidence([written(HEAT, unquoted)], Query("rainfall and zzyzx"))

    assert evidence.findings == ()
    assert (evidence.unquoted, evidence.unknown) == (("rainfall",), ("zzyzx",))


def test_a_short_title_is_not_quoted_instead_of_a_sentence_that_says_as_much():
    document = written("The tides", TIDES.replace("The gravity", "The tides: the gravity"))

    assert quotes(document, query=Query("tides")) != ["The tides"]
