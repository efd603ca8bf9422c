from __future__ import annotations

import pytest

from hitl.research.search.tokens import Vocabulary, terms_of, words_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The oceans warmed, and warming oceans warm!", ["ocean", "warm", "warm", "ocean", "warm"]),
        ("what is the", []),
        ("CO2 in 2019", ["co2", "2019"]),
        ("snake_case words", ["snake", "case", "word"]),
        ("海の水", ["海", "の", "水"]),
        ("2019年", ["2019", "年"]),
        ("🌊🔥 !?", []),
        ("", []),
    ],
)
def test_words_are_compared_by_their_stems(text, terms):
    assert terms_of(text) == terms


def test_composed_and_decomposed_letters_are_the_same_word():
    assert terms_of("cafe\u0301") == terms_of("café")


@pytest.mark.parametrize(
    ("one", "other"),
    [("El Nino", "El Niño"), ("the Earth's", "Earth"), ("the earth’s", "earth"), ("don't", "do"), ("they’ll", "")],
)
def test_accents_and_what_is_shortened_make_no_difference(one, other):
    assert terms_of(one) == terms_of(other)


def test_shortened_not_is_no_letter_t():
    assert terms_of("T cells don't wait, and it isn't theirs") == ["t", "cell", "wait", "their"]


def test_vocabulary_reads_a_text_like_a_query():
    text = "The Earth's oceans don't warm in a café on El Niño's coast. 海の水 2019年"
    vocabulary = Vocabulary()

    assert [vocabulary.stems[number] for number in vocabulary.numbers(text)] == terms_of(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("ＡＢＣ", "abc"),
        ("ﬁnes", "fines"),
        ("m²", "m2"),
        ("CO₂", "co2"),
        ("H₂O", "h2o"),
        ("committee¹", "committee"),
        ("committee¹²", "committee"),
        ("10⁶", "10^6"),
    ],
)
def test_one_word_in_two_spellings_is_one_term(one, other):
    assert terms_of(one) == terms_of(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [("10⁶", "106"), ("2019 ¹²", "201912"), ("2019¹²", "201912"), ("1½", "112"), ("C#", "C++"), ("C", "C#")],
)
def test_what_stands_apart_in_print_is_not_run_together(one, other):
    assert terms_of(one) != terms_of(other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Straße", "STRASSE"),
        ("de", "Verträge", "vertrag"),
        ("de", "Müller", "müller"),
        ("el", "ΝΟΜΟΣ", "νόμος"),
        ("el", "νόμου", "νομος"),
        ("tr", "İSTANBUL", "istanbul"),
        ("tr", "ISPARTA", "ısparta"),
        ("pl", "łódź", "ŁÓDŹ"),
        ("ru", "ёлка", "елка"),
        ("ar", "مُحَمَّد", "محمد"),
        ("ar", "كتـــاب", "الكتاب"),
        ("he", "שָׁלוֹם", "שלום"),
        ("fa", "می‌خواهم", "ميخواهم"),
        ("fr", "l’économie", "économies"),
        ("es", "pensión", "pensiones"),
    ],
)
def test_forms_of_a_word_are_one_term_in_their_language(language, one, other):
    assert terms_of(one, language) == terms_of(other, language) != []


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "العَرَبِيَّة", "עִבְרִית", "বাংলা", "ភាសា", "Việt"])
def test_a_word_with_vowel_signs_is_whole(word):
    assert words_of(f"{word}, {word}.") == words_of(word) * 2
    assert len(terms_of(word)) <= len(word) / 2


def test_thai_is_compared_by_pairs_of_syllables():
    asked, text = terms_of("ภาษา", "th"), terms_of("คนไทยพูดภาษาไทย", "th")

    assert set(asked) <= set(text)
    assert not set(terms_of("ทะเล", "th")) <= set(text)
    assert terms_of("น้ำ", "th") != terms_of("นำ", "th")


@pytest.mark.parametrize("name", ["C#", "C++", "F#", ".NET", "AT&T", "R&D"])
def test_a_sign_may_be_part_of_a_name(name):
    assert terms_of(f"They use {name}, and so on.") == ["use", name.lower()]


@pytest.mark.parametrize("text", ["a & b", "see #5", "he said.NEXT", "4 + 4", "x++y", "black&white&grey", "a ^ b"])
def test_a_sign_between_words_is_no_part_of_them(text):
    assert not any(set(term) & set("#&+^.") for term in terms_of(text))


def test_capitals_tell_a_name_from_a_stop_word():
    assert terms_of("The IT of the US is old") == ["it", "us", "old"]
    assert terms_of("it is for us") == []
    assert terms_of("US") == ["us"]
    assert terms_of("WHAT IT IS FOR US") == []
    assert terms_of("heat AND pumps OR not") == ["heat", "pump"]


def test_each_language_has_its_stop_words():
    assert terms_of("die Dauer der Probezeit ist neun Monate", "de") == terms_of("Dauer Probezeit neun Monate", "de")
    assert len(terms_of("die Dauer der Probezeit ist neun Monate", "de")) == 4
    assert terms_of("la durée du bail", "fr") == terms_of("durée bail", "fr")


def test_vocabulary_keeps_languages_apart_and_their_common_terms_together():
    vocabulary = Vocabulary()
    german, english = vocabulary.numbers("die Taxi", "de"), vocabulary.numbers("die taxi", "en")

    assert len(german) == 1 and len(english) == 2
    assert german[0] == english[1]


def test_vocabulary_reads_every_language_like_a_query():
    vocabulary = Vocabulary()
    for language, text in [("de", "Die Verträge enden am 3. März."), ("th", "คนไทยพูดภาษาไทย"), ("ar", "مُحَمَّد في البيت")]:
        numbers = vocabulary.numbers(text, language)
        assert [vocabulary.stems[number] for number in numbers] == terms_of(text, language)
