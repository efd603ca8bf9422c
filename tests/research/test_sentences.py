from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.research.enclosures import Span
from hitl.research.sentences import (
    LONGEST_SENTENCE,
    leans_on_previous,
    split_sentences,
    whole_sentences,
)

PROBES = [json.loads(line) for line in (Path(__file__).parent / "sentences" / "probes.jsonl").read_text().splitlines()]
"""Texts in many languages, made for this purpose: the sentences of each, joined by a space or by `joint`."""


def sentences(text: str, language: str = "") -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language=language)]


def wholes(text: str, language: str = "") -> list[str]:
    return [text[span.start : span.end] for span in whole_sentences(text, language)]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe['language']} {probe['sentences'][0][:40]}")
def test_sentences_end_where_they_do_in_their_language(probe):
    text = probe.get("joint", " ").join(probe["sentences"])

    assert sentences(text, probe["language"]) == probe["sentences"]


def test_nearly_all_sentences_are_right_when_the_language_is_guessed():
    right = [sentences(probe.get("joint", " ").join(probe["sentences"])) == probe["sentences"] for probe in PROBES]

    assert sum(right) >= 0.95 * len(PROBES)


@pytest.mark.parametrize(
    "cut",
    [
        "It rained.|The river rose.",
        "Did it rain?|It did!|The river rose.",
        "He met Dr. Smith and Prof. Jones.|They talked.",
        "See Fig. 3 and No. 7 for it.|They agree.",
        "It fell on 3 Sept. 2019 and on 4 Oct. 2020.|Nobody was hurt.",
        "Kepler et al. Found it.",
        "Some metals, e.g. Iron, rust.|Others do not.",
        "The U.S. Senate voted.|It passed.",
        "J. R. R. Tolkien wrote it.|It sold well.",
        "It measures 3.5 metres.|It weighs 4.25 tonnes.",
        "The version is 3.5.|The next one is 4.",
        "It happened in 1905.|Nobody noticed.",
        "“Is it true?”|She asked him that.",
        "“Is it true?” she asked.|He nodded.",
        "She said (as always.)|He nodded.",
        "He said “Stop.”|She went on.",
        "'Stop!'|«Why?»|Because.",
        "Wait…|What is that?",
        "Wait... what is that?",
        "It is in hitl.research.sentences of this package.|Look there.",
        "Really?!|Yes.",
        "No full stop at the end",
        "海は熱を蓄える。|それをゆっくり放出する！|なぜ？|水だから。",
        "彼は「行く。」|そう言った。",
        "هل هذا صحيح؟|نعم.",
        "Élan vital was his term.|Über alles is another.",
    ],
)
def test_text_is_cut_where_sentences_end(cut):
    expected = cut.split("|")
    joint = "" if "。" in cut else " "

    assert sentences(joint.join(expected)) == expected


@pytest.mark.parametrize(
    ("language", "words", "rest"),
    [
        (
            "en",
            "Adm Insp Profs Arts Fed Div Mme Atty Calif Fla Mass Penn Va Jan Feb Apr Jun Jul Aug Sept Oct Nov Dec Xyk",
            "Miller stole the funds of the navy.",
        ),
        ("de", "Adm Insp Kom RA Dipl.-Ing Priv.-Doz Abb Jan Apr Okt Dez", "Müller das Geld gestohlen hat."),
        ("fr", "adm insp prés Brig janv févr oct déc", "Dupont a volé les fonds."),
        ("es", "Alm Insp Tte ene abr oct dic", "García robó los fondos."),
        ("it", "Amm Isp gen ott dic", "Rossi abbia rubato i fondi."),
        ("xx", "Adm Okt Gov", "Miller tok pengene."),
    ],
)
def test_a_sentence_goes_on_after_a_word_that_may_be_cut_short(language, words, rest):
    """Cut there, what is denied would be said: it is false that Adm. | Miller stole the funds."""
    for word in words.split():
        text = f"Ab cde fghi klm {word}. {rest}"
        assert sentences(text, language) == [text]


@pytest.mark.parametrize(
    "cut",
    [
        "He lives on Mars.|Miller does not; on Mars only he can.",
        "He saw the moon.|Miller did not.",
        "He was in Berlin.|Miller was not.",
        "He is at NATO.|Miller is not.",
        "It was in the Web.|The idea is old.",
    ],
)
def test_a_sentence_ends_after_a_name_that_is_no_shortened_word(cut):
    assert sentences(cut.replace("|", " "), "en") == cut.split("|")


@pytest.mark.parametrize(
    "text",
    [
        "He said “It rained. The river rose.” to the press.",
        "The town (It is old. It is small.) has a mayor.",
        "Er sagte: „Es regnet. Der Fluss steigt.“",
        "« Il pleut. Le fleuve monte. »",
        "他说：“费用不变。期限三十天。”",
        "He lied: ‘It is safe. The engineers’ dam will hold. Nobody’s at risk.’",
        "Er log: »Es ist sicher. Der Damm hält.«",
        "It is a myth [often told. The dam will hold. It was built well.] that persists.",
        "It is a myth (told [by (some) builders]. The dam will hold.) that persists.",
        f"He lied: “{'The wall is thick. ' * 20}The dam will hold.”",
    ],
)
def test_a_quotation_and_an_insertion_are_not_cut(text):
    assert sentences(text) == [text]


def test_a_long_quotation_is_cut_all_the_same():
    speech = " ".join(["We will not let this happen to our town."] * 20)

    assert len(sentences(f"“{speech}”")) == 20


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It was so.¹ The river rose.", 2),
        ("It was so.[12] The river rose.", 2),
        ("The following is false: 1. That it rains. 2. That it snows.", 2),
        ("See the annex to sec. 4. Nobody has.", 2),
        ("It rained. 14 people came.", 2),
        ("At 5 p.m. Monday the office closes.", 1),
    ],
)
def test_marks_numbers_and_hours_are_understood(text, count):
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    "quote",
    [
        "Do not offer it to adults unless:\n\nall others are unsuitable or\n\nit is used for a short time.",
        "Do not offer it to adults unless:\n\nAll others are unsuitable.\n\nIt is used for a short time.",
        "It works… Not in practice, though.",
        "No end in sight " * 100,
        f"He lied: “{'The wall is thick. ' * 100}The dam will hold. Nobody is at risk.”",
        "He lied: ‘The wall is thick. The dam will hold.",
        "The wall is thick. The dam will hold,” he lied.",
    ],
)
def test_what_may_be_half_a_sentence_is_put_together(quote):
    assert wholes(quote) == [quote.strip()]


def test_sentences_before_a_list_stand_alone():
    assert wholes("It is safe. It helps against:\n\npain\n\nfever")[0] == "It is safe."


def test_white_space_between_sentences_belongs_to_none():
    assert sentences("  It rained. \n\t The river rose.  ") == ["It rained.", "The river rose."]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000"])
def test_nothing_has_no_sentences(text):
    assert sentences(text) == []


def test_only_the_given_part_of_a_text_is_cut():
    text = "One is here. Two is there. Three is gone."

    spans = split_sentences(text, 13, 26)

    assert [text[start:end] for start, end in spans] == ["Two is there."]


PIECES = [
    "a",
    "B",
    "Dr",
    "e.g",
    "3",
    "5",
    ".",
    "!",
    "?",
    "…",
    "。",
    "؟",
    '"',
    "”",
    ")",
    " ",
    "  ",
    "\n",
    "\u00a0",
    "é",
    "海",
    "😀",
]
ANY_TEXT = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200)


@settings(deadline=None, max_examples=100)
@given(ANY_TEXT, st.integers(0, 30), st.integers(0, 30))
def test_sentences_are_in_order_and_leave_out_only_white_space(text, skipped, dropped):
    start = min(skipped, len(text))
    end = max(start, len(text) - dropped)

    spans = split_sentences(text, start, end)

    edges = [start, *(edge for span in spans for edge in span), end]
    assert edges == sorted(edges)
    assert all(text[left:right].strip() == "" for left, right in zip(edges[::2], edges[1::2], strict=True))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in spans)


@pytest.mark.parametrize(
    "piece",
    [
        ".",
        ". ",
        "e.g. ",
        "A. ",
        "1. ",
        "“",
        '"a. B ',
        "(a. B ",
        "。",
        "“你？”她",
        "\n",
        "! ",
        ".[1] ",
        "Adm. ",
        "Adm. Xyz. ",
    ],
)
def test_a_text_of_one_piece_is_cut_in_linear_time(piece):
    text = piece * (300_000 // len(piece))

    spans = split_sentences(text, language="en")

    assert sum(span.end - span.start for span in spans) <= len(text)


@pytest.mark.timeout(2)
def test_endless_word_is_cut_quickly():
    spans = split_sentences("a" * 200_000 + " b. Next.")

    assert max(span.end - span.start for span in spans) <= LONGEST_SENTENCE


@pytest.mark.parametrize("text", ["It is so.", "These are.", "However, no.", "their own", "It's so."])
def test_sentence_that_points_back_leans(text):
    assert leans_on_previous(text, split_sentences(text)[0])


@pytest.mark.parametrize("text", ["Italy is so.", "Theirs was.", "Heat rises.", "The sea."])
def test_sentence_that_stands_alone_does_not_lean(text):
    assert not leans_on_previous(text, split_sentences(text)[0])


@pytest.mark.parametrize(
    ("language", "leaning", "standing"),
    [
        ("de", "Sie kann auf neun Monate verlängert werden.", "Siebzig Tage genügen."),
        ("de", "Das gilt bis heute.", "Das Gesetz gilt bis heute."),
        ("fr", "Elle peut être prolongée.", "Ellipses et points suivent."),
        ("fr", "C’est la règle.", "Certaines villes paient."),
        ("es", "Esto no cambia.", "Estocolmo no cambia."),
        ("it", "Questa dura un mese.", "Questioni aperte restano."),
        ("pt", "Ela dura um mês.", "Elétrica é a luz."),
        ("nl", "Deze duurt een maand.", "Dezember is geen woord."),
        ("pl", "To nie wystarczy.", "Tomasz nie wystarczy."),
        ("ru", "Она длится месяц.", "Онлайн всё проще."),
        ("uk", "Вона триває місяць.", "Вонгозеро велике."),
        ("cs", "Ta trvá měsíc.", "Tabulka trvá měsíc."),
        ("sv", "Dessa gäller alla.", "Dessau ligger i Tyskland."),
        ("da", "De gælder alle.", "Derudad går vejen."),
        ("fi", "Se kestää kuukauden.", "Seinä kestää."),
        ("tr", "Bu bir ay sürer.", "Bursa büyük bir kenttir."),
        ("el", "Αυτή διαρκεί έναν μήνα.", "Αυτοκίνητα περνούν."),
        ("ro", "Aceasta durează o lună.", "Acetona miroase."),
        ("hu", "Ez egy hónapig tart.", "Ezer ember jött."),
        ("hi", "यह एक महीने चलता है।", "यहाँ कोई नहीं है।"),
        ("ar", "هذا لا يكفي.", "المدة لا تكفي."),
        ("he", "היא נמשכת חודש.", "האגרה נמשכת."),
        ("zh", "它持续一个月。", "期限为一个月。"),
        ("ja", "それは一か月続く。", "期限は一か月だ。"),
        ("bg", "Тя трае един месец.", "Тясната улица е стара."),
        ("sk", "Ona trvá mesiac.", "Onkológia je odbor."),
        ("hr", "Ona traje mjesec dana.", "Onkologija je struka."),
        ("sr", "Она траје месец дана.", "Онкологија је струка."),
        ("sl", "Ta traja en mesec.", "Tablica visi na steni."),
        ("no", "Disse gjelder for alle.", "Dissekering er arbeid."),
        ("et", "See kestab ühe kuu.", "Seened kasvavad metsas."),
        ("ca", "Aquesta dura un mes.", "Aquari és un signe."),
        ("fa", "این یک ماه طول می‌کشد.", "مهلت یک ماه است."),
        ("ur", "یہ ایک ماہ تک ہے۔", "مدت ایک ماہ ہے۔"),
        ("ko", "그것은 한 달 동안 이어진다.", "기간은 한 달이다."),
        ("th", "เขาอยู่หนึ่งเดือน", "ระยะเวลาหนึ่งเดือน"),
        ("en", "“They leak,” she said.", "“Roofs leak,” said Ann."),
        ("en", "In this case the town pays.", "In the town nobody pays."),
        ("en", "If they leak, the town pays.", "If roofs leak, the town pays."),
        ("en", "— Ann Berg, mayor of the town", "Ann Berg, mayor of the town"),
        ("tr", "İkisi de parayı ödedi.", "İkinci kat boştur."),
        ("pt", "O seu teto goteja.", "O senhor Silva paga."),
        ("fr", "(Ce n’est pas sûr.)", "(Les toits fuient.)"),
        ("fr", "Dans ce cas, la ville paie.", "Dans les villes, on paie."),
        ("fr", "D’autre part, la ville paie.", "D’autres villes paient."),
        ("ro", "Pe de altă parte, orașul plătește.", "Pe deal crește iarba."),
    ],
)
def test_words_that_point_back_are_known_in_each_language(language, leaning, standing):
    assert leans_on_previous(leaning, Span(0, len(leaning)), language)
    assert not leans_on_previous(standing, Span(0, len(standing)), language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "However, the roof leaks."),
        ("de", "Allerdings ist das Dach undicht."),
        ("fr", "Cependant, le toit fuit."),
        ("es", "Sin embargo, el techo gotea."),
        ("it", "Tuttavia il tetto perde."),
        ("pt", "No entanto, o teto goteja."),
        ("nl", "Bovendien lekt het dak."),
        ("pl", "Jednak dach przecieka."),
        ("ru", "Однако крыша протекает."),
        ("uk", "Однак дах протікає."),
        ("bg", "Въпреки това покривът тече."),
        ("cs", "Navíc střecha zatéká."),
        ("sk", "Napriek tomu strecha zateká."),
        ("hr", "Međutim, krov curi."),
        ("sl", "Kljub temu streha pušča."),
        ("sv", "Dessutom läcker taket."),
        ("da", "Derimod er taget tæt."),
        ("no", "Dessuten lekker taket."),
        ("fi", "Kuitenkin katto vuotaa."),
        ("et", "Lisaks lekib katus."),
        ("tr", "Bununla birlikte çatı akıyor."),
        ("el", "Ωστόσο η στέγη στάζει."),
        ("ro", "Cu toate acestea, acoperișul curge."),
        ("hu", "Azonban a tető beázik."),
        ("ca", "Tanmateix, el sostre goteja."),
        ("hi", "लेकिन छत टपकती है।"),
        ("ar", "ومع ذلك يسرب السقف الماء."),
        ("fa", "با وجود این سقف چکه می‌کند."),
        ("ur", "تاہم چھت ٹپکتی ہے۔"),
        ("he", "עם זאת הגג דולף."),
        ("zh", "然而屋顶漏水。"),
        ("ja", "しかし屋根は漏る。"),
        ("ko", "그러나 지붕이 샌다."),
        ("th", "อย่างไรก็ตาม หลังคารั่ว"),
    ],
)
def test_connectives_are_known_in_each_language(language, sentence):
    assert leans_on_previous(sentence, Span(0, len(sentence)), language)


@pytest.mark.parametrize("ends", ["e.g.", "approx.", "No.", "in.", "(see", "word"])
def test_a_sentence_that_is_too_long_is_not_taken_for_two_whole_ones(ends: str):
    """Where it is cut may be after an abbreviation, and half of it can say the opposite."""
    begin = f"{'word ' * 400}"[: LONGEST_SENTENCE - len(ends) - 2].rstrip() + f" {ends}"
    text = f"{begin} the rest of it is false. Another one."

    first, *_ = whole_sentences(text)

    assert text[first.start : first.end].endswith(("false.", "false. Another one."))
