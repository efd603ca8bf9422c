from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.report.checking import Source, check_claim
from hitl.report.citations import Reference, Verdict
from hitl.report.meaning import NEGATION
from hitl.research.sentences import split_sentences
from hitl.research.shelf import bundled_by_fingerprint
from tests.report.findings import check_citation, finding

TIDES = "Spring tides come twice a month. Neap tides follow about seven days later."
MOON = (
    "The Moon pulls on the water of the oceans, and tides rise on the side that faces it. The Sun raises tides as "
    "well, but its effect is less than half that of the Moon. In the Bay of Fundy the water can rise by 16 metres."
)
COFFEE = (
    "A large study of 2019 followed 40,000 adults for ten years. Coffee does not cause cancer in adult men, the "
    "authors write. Drinking three cups a day may reduce the risk of liver disease by 24 percent."
)
VACCINES = (
    "Vaccines train the immune system to recognise a germ, and do not cause the disease itself. Measles deaths fell by "
    "73 % between 2000 and 2018. Some people cannot be vaccinated because their immune system is weak."
)
SOLAR = (
    "Solar power grew from 3 % of German electricity in 2010 to 12 % in 2023. The price of a module fell by 90 % in "
    "the same time. Germany had 1.2 million rooftop plants in 2015 and 3,400,000 in 2023."
)
HEAT = "An increase in greenhouse gases warms the lower atmosphere. Oceans take up more than 90 % of the extra heat."
SAFE = "The committee found the new procedure unsafe for children under twelve. It accepted the older procedure."
SEA = "The global mean sea level rose by 3.7 millimetres per year from 2006 to 2018, according to the IPCC."
MYTH = "It is a myth that the Great Wall of China can be seen from the Moon. No astronaut has reported it."
GERMAN = (
    "Der Meeresspiegel ist seit 1900 um etwa 20 Zentimeter gestiegen. Die Erwärmung der Ozeane trägt rund 40 Prozent "
    "dazu bei. Das Meereis der Arktis hat keinen Einfluss auf den Meeresspiegel."
)
CHINESE = "自1900年以来，全球海平面上升了约20厘米。海洋变暖是海平面上升的主要原因。北极海冰融化不会使海平面上升。"
FRENCH = "Le niveau de la mer a augmenté de 20 centimètres depuis 1900. La banquise ne fait pas monter la mer."


@dataclass(frozen=True)
class Case:
    quote: str
    claim: str
    verdict: Verdict
    strange: tuple[str, ...] = ()


VERBATIM = [
    Case(TIDES, "Spring tides come twice a month.", "verbatim"),
    Case(TIDES, "spring tides come  twice\na month", "verbatim"),
    Case(TIDES, "Spring tides come twice a month. Neap tides follow about seven days later.", "verbatim"),
    Case(f"{TIDES} {MOON}", "Neap tides follow about seven days later", "verbatim"),
    Case("“Tides rise,” he said. “They fall, too.”", "They fall, too", "verbatim"),
    Case("A. B. Smith found it in 1.5 days. It works!", "A. B. Smith found it in 1.5 days.", "verbatim"),
    Case(CHINESE, "海洋变暖是海平面上升的主要原因。", "verbatim"),
    Case(GERMAN, "Der Meeresspiegel ist seit 1900 um etwa 20 Zentimeter gestiegen.", "verbatim"),
]
HALF_A_SENTENCE = [
    Case(MOON, "“Tides rise on the side that faces it.”", "near"),
    Case(MOON, "Its effect is less than half that of the Moon.", "near"),
    Case(VACCINES, "Vaccines train the immune system to recognise a germ.", "near"),
    Case(CHINESE, "海平面上升了约20厘米", "near"),
    Case("The claim that vaccines cause autism has been debunked.", "Vaccines cause autism.", "near"),
    Case("Taxes will rise unless parliament acts before March.", "Taxes will rise.", "near"),
    Case(f"{TIDES} {MOON}", "Neap tides follow about seven days later. The Moon pulls on the water", "near"),
    Case("He said: “The dam is safe.” Nobody believed it.", "The dam is safe.", "near"),
    Case("The minister (a liar) said so. The dam is safe.", "said so. The dam is safe.", "near"),
]
"""Of its letters all are there, and it can say the opposite: only whole sentences are verbatim."""
MAYBE_HALF = [
    ("Die Frist endet am 3. Mai nicht.", "Die Frist endet am 3."),
    ("Die Heizung ist bis 5. Mai verboten.", "Die Heizung ist bis 5"),
    ("Rauchen ist ab dem 16. Geburtstag verboten.", "Geburtstag verboten."),
    ("Es ist widerlegt, dass Viren bzw. Impfungen Autismus verursachen.", "Impfungen Autismus verursachen."),
    ("Das gilt gem. Vertrag nur im Notfall.", "Vertrag nur im Notfall."),
    ("Das Verbot gem. Art. 5 Absatz 2 gilt nicht.", "Das Verbot gem. Art."),
    ("It is not true that… Vaccines cause autism.", "Vaccines cause autism."),
    ("It is not true that... Vaccines cause autism.", "Vaccines cause autism."),
    ("The following is false: 1. Vaccines cause autism. 2. The earth is flat.", "Vaccines cause autism."),
    ("The following is false: a. Vaccines cause autism. b. The earth is flat.", "The earth is flat."),
]
CUT_FROM_A_DENIAL = [
    Case(COFFEE, "cause cancer in adult men", "not verified"),
    Case(MYTH, "The Great Wall of China can be seen from the Moon.", "not verified"),
    Case("Nobody believes that the Earth is flat.", "The Earth is flat.", "not verified"),
    Case("Doctors suspected that coffee could cause cancer.", "Coffee could cause cancer.", "near"),
    Case(SOLAR, "Germany had 1.2", "not verified", ("1.2",)),
]
FAITHFUL = [
    Case(TIDES, "Neap tides follow about 7 days later.", "near"),
    Case(TIDES, "Twice a month there are spring tides, and neap tides follow seven days later.", "near"),
    Case(MOON, "Tides rise on the side of the oceans that faces the Moon.", "near"),
    Case(MOON, "The Sun's effect on tides is less than half of the Moon's effect.", "near"),
    Case(MOON, "In the Bay of Fundy, the water can rise by sixteen metres.", "near"),
    Case(COFFEE, "According to the authors of a large study, coffee does not cause cancer in adult men.", "near"),
    Case(COFFEE, "Coffee doesn't cause cancer in adult men.", "near"),
    Case(COFFEE, "Three cups a day may reduce the risk of liver disease by 24%.", "near"),
    Case(COFFEE, "The study of 2019 followed 40 000 adults for 10 years.", "near"),
    Case(VACCINES, "Between 2000 and 2018, deaths from measles dropped by 73 percent.", "near"),
    Case(VACCINES, "A vaccine trains the immune system to recognise germs.", "near"),
    Case(SOLAR, "In Germany, solar power increased from 3 % of electricity in 2010 to 12% in 2023.", "near"),
    Case(SOLAR, "Germany had 1,200,000 rooftop plants in 2015 and 3.4 million in 2023.", "near"),
    Case(HEAT, "More than 90% of the extra heat is taken up by the oceans.", "near"),
    Case(HEAT, "Increased greenhouse gases have warmed the lower atmosphere.", "near"),
    Case(SEA, "From 2006 to 2018 the global mean sea level rose by 3.7 mm a year.", "near"),
    Case(MYTH, "The Great Wall of China cannot be seen from the Moon; that is a myth.", "near"),
    Case(GERMAN, "Seit 1900 stieg der Meeresspiegel um etwa 20 Zentimeter.", "near"),
    Case(GERMAN, "Zu rund 40 % trägt die Erwärmung der Ozeane dazu bei.", "near"),
    Case(CHINESE, "自1900年以来全球海平面上升约20厘米。", "near"),
]
DENIED_OR_REVERSED = [
    Case(COFFEE, "Coffee does cause cancer in adult men.", "not verified"),
    Case(COFFEE, "Coffee causes cancer in adult men, the authors write.", "not verified"),
    Case(COFFEE, "Drinking three cups a day reduces the risk of liver disease by 24 percent.", "not verified"),
    Case(COFFEE, "Drinking three cups a day may increase the risk of liver disease by 24 percent.", "not verified"),
    Case(VACCINES, "Vaccines cause the disease itself.", "not verified"),
    Case(VACCINES, "Vaccines do not train the immune system to recognise a germ.", "not verified"),
    Case(VACCINES, "Measles deaths rose by 73 % between 2000 and 2018.", "not verified"),
    Case(VACCINES, "All people cannot be vaccinated because their immune system is weak.", "not verified"),
    Case(MOON, "The Sun raises tides as well, but its effect is more than half that of the Moon.", "not verified"),
    Case(SOLAR, "The price of a module rose by 90 % in the same time.", "not verified"),
    Case(SAFE, "The committee found the new procedure safe for children under twelve.", "not verified"),
    Case(HEAT, "A decrease in greenhouse gases warms the lower atmosphere.", "not verified"),
    Case("Coffee increases alertness and reduces fatigue.", "Coffee reduces alertness.", "not verified"),
    Case(
        "There is no evidence that coffee causes cancer.",
        "There is evidence that coffee causes cancer.",
        "not verified",
    ),
    Case(GERMAN, "Das Meereis der Arktis hat Einfluss auf den Meeresspiegel.", "not verified"),
    Case(GERMAN, "Der Meeresspiegel ist seit 1900 um etwa 20 Zentimeter gesunken.", "not verified"),
    Case(CHINESE, "北极海冰融化会使海平面上升。", "not verified"),
    Case(CHINESE, "自1900年以来，全球海平面下降了约20厘米。", "not verified"),
    Case(FRENCH, "La banquise fait monter la mer.", "not verified"),
]
OTHER_NUMBERS = [
    Case(TIDES, "Neap tides follow about eight days later.", "not verified", ("eight",)),
    Case(COFFEE, "Three cups a day may reduce the risk of liver disease by 42 percent.", "not verified", ("42",)),
    Case(COFFEE, "The study followed 4,000 adults for ten years.", "not verified", ("4,000",)),
    Case(VACCINES, "Measles deaths fell by 73 % between 2000 and 2019.", "not verified", ("2019",)),
    Case(SOLAR, "Germany had 12 million rooftop plants in 2015.", "not verified", ("12 million",)),
    Case(
        SEA,
        "The global mean sea level rose by 3.7 centimetres per year from 2006 to 2018.",
        "not verified",
        ("3.7 cm",),
    ),
    Case(SEA, "The global mean sea level rose by 3.7 % per year from 2006 to 2018.", "not verified", ("3.7 %",)),
    Case(MOON, "In the Bay of Fundy the water can rise by 16 feet.", "not verified", ("16 foot",)),
    Case(CHINESE, "自1900年以来，全球海平面上升了约30厘米。", "not verified", ("30",)),
    Case("小潮出现在上弦月之后约七天。", "小潮出现在上弦月之后约八天。", "not verified"),
    Case(GERMAN, "Die Erwärmung der Ozeane trägt rund 60 Prozent dazu bei.", "not verified", ("60",)),
]
INVENTED = [
    Case(TIDES, "As of then, the tides are more or less on.", "not verified"),
    Case(TIDES, "Printing with movable type spread from Mainz.", "not verified"),
    Case(TIDES, "Spring tides come twice a month and flood many coastal towns in Europe.", "not verified"),
    Case(
        SEA, "The global mean sea level rose by 3.7 mm per year from 2006 to 2018, according to NASA.", "not verified"
    ),
    Case(VACCINES, "Vaccines train the immune system, which is why doctors recommend a yearly dose.", "not verified"),
    Case("Tides rise.", "Tides rise. Whales sing, and stars explode in the northern sky.", "not verified"),
    Case(MOON, "In the Bay of Biscay the water can rise by 16 metres.", "not verified"),
    Case(GERMAN, "Die Fischerei leidet unter dem Verlust von Laichplätzen.", "not verified"),
    Case(CHINESE, "海洋酸化威胁着珊瑚礁的生存。", "not verified"),
]
CASES = [*VERBATIM, *HALF_A_SENTENCE, *CUT_FROM_A_DENIAL, *FAITHFUL, *DENIED_OR_REVERSED, *OTHER_NUMBERS, *INVENTED]


NOT = re.compile(r"\b(?:(do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must) not|cannot|no)\b")


def reference(quote: str = TIDES, number: int = 1, title: str = "Notes") -> Reference:
    return Reference(number=number, finding=finding(quote, title=title))


@pytest.mark.parametrize(("quote", "claim"), MAYBE_HALF)
def test_what_may_be_half_a_sentence_is_not_verbatim(quote: str, claim: str):
    assert check_citation(claim, reference(quote)).verdict != "verbatim"
    assert check_citation(quote, reference(quote)).verdict == "verbatim"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.claim)
def test_the_verdict_on_a_claim(case: Case):
    check = check_citation(case.claim, reference(case.quote))

    assert (check.verdict, tuple(check.strange_numbers)) == (case.verdict, case.strange), check
    assert (check.similarity == 1) == (case.verdict == "verbatim")


@pytest.mark.parametrize(
    "case",
    [
        Case(SOLAR, "Solar power grew from 12 % of German electricity in 2010 to 3 % in 2023.", "near"),
        Case(MOON, "The Moon raises tides as well, but its effect is less than half that of the Sun.", "near"),
        Case(MOON, "The Moon pulls on the water of the rivers, and tides rise on the side that faces it.", "near"),
    ],
    ids=lambda case: case.claim,
)
def test_what_words_alone_cannot_tell_is_near(case: Case):
    """Two numbers, or two names, have changed places; one word is another one."""
    assert check_citation(case.claim, reference(case.quote)).verdict == case.verdict


def test_a_number_of_the_title_or_the_date_is_not_strange():
    dated = finding(SEA, title="Report 47").model_copy(update={"date": "2021-08-09"})

    (check,) = check_claim(
        "In 2021, report 47 said that the global mean sea level rose by 3.7 mm per year.",
        [Source(Reference(number=1, finding=dated))],
    )

    assert check.strange_numbers == []


def test_a_claim_that_needs_both_quotes_is_near_for_both():
    one, other = "Spring tides come at the new moon.", "Neap tides follow seven days later."
    claim = "Spring tides come at the new moon, and neap tides follow seven days later."

    checks = check_claim(claim, [Source(reference(one, 1)), Source(reference(other, 2))])

    assert [(check.number, check.verdict) for check in checks] == [(1, "near"), (2, "near")]


def test_a_quote_that_adds_nothing_is_not_verified_beside_one_that_says_it():
    checks = check_claim(
        "Neap tides follow about seven days later.", [Source(reference(TIDES, 1)), Source(reference(COFFEE, 2))]
    )

    assert [check.verdict for check in checks] == ["verbatim", "not verified"]


def test_two_quotes_do_not_make_true_what_one_denies():
    one, other = "Coffee does not cause cancer in adult men.", "Tea is popular among women in Asia."

    checks = check_claim(
        "Coffee causes cancer in adult men, and tea is popular among women in Asia.",
        [Source(reference(one, 1)), Source(reference(other, 2))],
    )

    assert {check.verdict for check in checks} == {"not verified"}


def test_a_number_from_what_is_cited_beside_is_not_strange_but_not_near_either():
    (check,) = check_claim(
        "Neap tides follow in about 24 percent of months later.",
        [Source(reference(TIDES))],
        [Source(reference(COFFEE, 2))],
    )

    assert (check.verdict, check.strange_numbers) == ("not verified", [])


@pytest.fixture(scope="module")
def library() -> list[Source]:
    return [
        Source(reference(paragraph, title=document.title))
        for document in bundled_by_fingerprint().values()
        for paragraph in document.text.split("\n\n")
        if len(paragraph) > 200
    ]


def verdict_on(claim: str, source: Source) -> Verdict:
    (check,) = check_claim(claim, [source])
    return check.verdict


def test_every_sentence_of_the_library_is_verbatim_in_its_paragraph(library: list[Source]):
    sentences = [(sentence, source) for source in library for sentence in source.sentences]

    assert len(sentences) > 700
    assert [sentence for sentence, source in sentences if verdict_on(sentence, source) != "verbatim"] == []


def test_no_sentence_of_the_library_survives_without_its_not(library: list[Source]):
    changes = [
        (changed, source)
        for source in library
        for sentence in source.sentences
        if (changed := NOT.sub(lambda match: {"cannot": "can"}.get(match[0], match[1] or "some"), sentence)) != sentence
        and not NEGATION.search(changed)  # of two in one clause, one is not missed
    ]

    assert len(changes) > 50
    assert [changed for changed, source in changes if verdict_on(changed, source) != "not verified"] == []


def test_no_sentence_of_the_library_survives_with_another_number(library: list[Source]):
    changes = [
        (sentence[: digits.start()] + str(int(digits[0]) + 3) + sentence[digits.end() :], source)
        for source in library
        for sentence in source.sentences
        for digits in re.finditer(r"\d+", sentence)
    ]

    assert len(changes) > 300
    assert [changed for changed, source in changes if verdict_on(changed, source) != "not verified"] == []


def test_no_sentence_of_the_library_is_near_to_another_document(library: list[Source]):
    pairs = [
        (sentence, other)
        for one, other in zip(library, library[20:], strict=False)
        if one.finding.title != other.finding.title
        for sentence in one.sentences
    ]

    assert len(pairs) > 500

    assert [sentence for sentence, other in pairs if verdict_on(sentence, other) != "not verified"] == []


pieces = st.lists(
    st.sampled_from(
        [TIDES, SOLAR, CHINESE, "not", "1,000", "24 %", "two", "rose", "fell", ",", ".", "海", "“", "may", " "]
    )
    | st.text(max_size=8)
).map(" ".join)


@settings(deadline=None)
@given(pieces, pieces.filter(lambda quote: bool(quote.strip())))
def test_any_claim_can_be_checked_against_any_quote(claim: str, quote: str):
    check = check_citation(claim, reference(quote))

    assert 0 <= check.similarity <= 1
    assert (check.similarity == 1) == (check.verdict == "verbatim")
    assert not check.strange_numbers or check.verdict == "not verified"


@settings(deadline=None)
@given(pieces.filter(lambda quote: bool(quote.strip())))
def test_every_sentence_of_any_quote_is_verbatim(quote: str):
    for span in split_sentences(quote):
        sentence = quote[span.start : span.end]
        assert (
            not any(c.isalnum() for c in sentence) or check_citation(sentence, reference(quote)).verdict == "verbatim"
        )
