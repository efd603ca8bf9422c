from __future__ import annotations

import pytest

from hitl.research.languages import FEWEST_LETTERS, caption_words, language_data, language_of

SENTENCES = {
    "en": "The committee meets on the first Monday of every month in the town hall.",
    "de": "Der Ausschuss tagt am ersten Montag jedes Monats im Rathaus der Stadt.",
    "fr": "Le comité se réunit le premier lundi de chaque mois à la mairie.",
    "es": "El comité se reúne el primer lunes de cada mes en el ayuntamiento.",
    "it": "Il comitato si riunisce il primo lunedì di ogni mese in municipio.",
    "pt": "A comissão reúne-se na primeira segunda-feira de cada mês na câmara.",
    "nl": "De commissie vergadert op de eerste maandag van elke maand in het stadhuis.",
    "pl": "Komisja zbiera się w pierwszy poniedziałek każdego miesiąca w ratuszu.",
    "sv": "Kommittén sammanträder den första måndagen i varje månad i stadshuset.",
    "fi": "Valiokunta kokoontuu kuukauden ensimmäisenä maanantaina kaupungintalolla.",
    "tr": "Komite her ayın ilk pazartesi günü belediye binasında toplanır.",
    "ru": "Комитет собирается в первый понедельник каждого месяца в ратуше.",
    "uk": "Комітет збирається першого понеділка кожного місяця в ратуші.",
    "el": "Η επιτροπή συνεδριάζει την πρώτη Δευτέρα κάθε μήνα στο δημαρχείο.",
    "he": "הוועדה מתכנסת ביום שני הראשון של כל חודש בעירייה.",
    "ar": "تجتمع اللجنة في أول يوم اثنين من كل شهر في مبنى البلدية.",
    "fa": "کمیته اولین دوشنبه هر ماه در شهرداری تشکیل جلسه می‌دهد.",
    "hi": "समिति हर महीने के पहले सोमवार को नगर भवन में मिलती है।",
    "ja": "委員会は毎月第一月曜日に市役所で開かれます。",
    "zh": "委员会每月第一个星期一在市政厅开会。",
    "ko": "위원회는 매월 첫째 월요일에 시청에서 열린다.",
    "th": "คณะกรรมการประชุมในวันจันทร์แรกของทุกเดือนที่ศาลากลาง",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_a_sentence_tells_its_language(language: str, sentence: str):
    assert language_of(sentence) == language


@pytest.mark.parametrize("text", ["", "12 + 30 = 42", "🌊", "OK", "Zürich"])
def test_a_text_that_is_too_short_is_taken_for_english(text: str):
    assert sum(map(str.isalpha, text)) < FEWEST_LETTERS
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"), [("水", "zh"), ("はい", "ja"), ("네", "ko"), ("Да", "ru"), ("نعم", "ar")]
)
def test_a_word_is_taken_for_the_commonest_language_of_its_script(text: str, language: str):
    assert language_of(text) == language


def test_a_summary_in_another_language_does_not_hide_the_language_of_a_long_document():
    document = SENTENCES["en"] * 10 + "\n\n" + SENTENCES["de"] * 100

    assert language_of(document) == "de"


def test_english_names_and_words_in_a_text_do_not_make_it_english():
    assert (
        language_of("Das Buch „The Wealth of Nations“ von Adam Smith erschien in London und wurde dort gelesen.")
        == "de"
    )


def test_every_language_knows_its_words_in_small_letters_and_without_last_stops():
    for language in SENTENCES:
        data = language_data(language)
        words = data.starters | data.before_words | data.before_numbers | data.endings | data.others
        assert [word for word in words if word != word.lower() or word.endswith(".")] == []


def test_an_abbreviation_is_of_one_kind():
    for language in SENTENCES:
        data = language_data(language)
        kinds = [data.before_words, data.before_numbers, data.endings, data.others]
        assert sum(map(len, kinds)) == len(frozenset().union(*kinds)), language


def test_a_language_without_words_of_its_own_has_the_common_abbreviations():
    assert "prof" in language_data("mt").before_words
    assert language_data("mt").leaning == frozenset()


def test_both_forms_of_norwegian_are_treated_alike():
    assert language_data("nn") is language_data("nb") is language_data("no")


def test_every_language_knows_what_points_back_and_how_captions_begin():
    for language in set(SENTENCES) | {"zh", "ja", "ko", "th", "hi", "ar", "fa", "ur", "he"}:
        data = language_data(language)
        assert len(data.leaning) >= 20, language
        assert data.only_first <= data.leaning, language


def test_captions_begin_with_words_of_every_language():
    figures, tables = caption_words()

    assert {"figure", "abbildung", "рис", "图", "şekil", "ábra"} <= figures
    assert {"table", "tabelle", "таблица", "表", "tablo", "táblázat"} <= tables
