from __future__ import annotations

import random
from encodings.aliases import aliases

import pytest

from hitl.research.evidence import FileEncoding
from hitl.research.reading.encoding.decoding import (
    Undecodable,
    declared_encoding,
    decode,
    encoding_named,
    encoding_names,
    holds_text,
    name_of,
)
from hitl.research.reading.files import read_document
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText

SENTENCES = {
    "ar": "قرر مجلس المدينة أن يبقى المسبح مغلقا في الشتاء، لأن التدفئة تكلف الكثير من المال كل شهر.",
    "be": "Гарадская рада вырашыла, што ўзімку басейн будзе зачынены, бо ацяпленне каштуе вельмі дорага.",
    "bg": "Градският съвет реши, че басейнът ще бъде затворен през зимата, защото отоплението е твърде скъпо.",
    "cs": "Rada města rozhodla, že bazén bude v zimě zavřený, protože náklady na vytápění jsou příliš vysoké.",
    "de": "Der Stadtrat hat beschlossen, dass das Bad im Winter geschlossen bleibt, weil Wärme für alle zu teuer ist.",
    "el": "Το συμβούλιο αποφάσισε ότι η πισίνα θα μείνει κλειστή τον χειμώνα, γιατί η θέρμανση κοστίζει πολλά.",
    "en": "The council’s café will stay closed – it costs £400 a month – said Zoë Müller, who runs it.",
    "es": "El ayuntamiento decidió que la piscina cerrará en invierno, porque la calefacción cuesta demasiado al año.",
    "fr": "Le conseil a décidé que la piscine resterait fermée en hiver, car le chauffage coûte trop cher à la ville.",
    "he": "מועצת העיר החליטה שהבריכה תהיה סגורה בחורף, כי החימום עולה יותר מדי כסף בכל חודש.",
    "hu": "A város úgy döntött, hogy az uszoda télen zárva lesz, mert a fűtés költségei túl magasak.",
    "is": "Bæjarstjórnin ákvað að sundlaugin yrði lokuð í vetur, því að það er of dýrt að hita vatnið á hverjum degi.",
    "ja": "市議会は、暖房の費用が高すぎるため、冬の間プールを閉めることに決めました。来年の春にまた開きます。",
    "ko": "시의회는 난방 비용이 너무 많이 들기 때문에 겨울에는 수영장을 닫기로 결정했습니다. 봄에 다시 엽니다.",
    "lt": "Miesto taryba nusprendė, kad žiemą baseinas bus uždarytas, nes šildymas kainuoja per daug pinigų.",
    "lv": "Pilsētas dome nolēma, ka ziemā baseins būs slēgts, jo apkure katru mēnesi maksā pārāk daudz naudas.",
    "pl": "Zarząd miasta postanowił, że basen będzie zamknięty w zimie, ponieważ koszty są zbyt wysokie.",
    "ro": "Consiliul a hotărît că piscina va fi închisă iarna, fiindcă încălzirea costă prea mult în fiecare lună.",
    "ru": "Совет города решил, что зимой бассейн будет закрыт, потому что отопление стоит слишком дорого.",
    "th": "สภาเมืองตัดสินใจว่าสระว่ายน้ำจะปิดในฤดูหนาวเพราะค่าทำความร้อนแพงเกินไปในทุกเดือน",
    "tr": "Belediye meclisi, ısıtma giderleri çok yüksek olduğu için havuzun kışın kapalı kalmasına karar verdi.",
    "uk": "Міська рада вирішила, що взимку басейн буде зачинено, бо опалення коштує надто дорого для міста.",
    "zh": "市议会决定冬天关闭游泳池，因为每个月的取暖费用太高了。明年春天再开放，大家都同意这个决定。",
    "zh-hant": "市議會決定冬天關閉游泳池，因為每個月的暖氣費用太高了。明年春天再開放，大家都同意這個決定。",
}
ENCODINGS = {
    "cp1250": "pl cs hu ro",
    "cp1251": "ru uk bg be",
    "cp1252": "de fr es is en",
    "cp1253": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "cp1256": "ar",
    "cp1257": "lt lv",
    "cp874": "th",
    "koi8_r": "ru",
    "koi8_u": "uk",
    "iso8859_2": "pl cs hu ro",
    "iso8859_5": "ru",
    "iso8859_7": "el",
    "cp850": "de fr",
    "cp852": "pl cs",
    "cp866": "ru",
    "mac_roman": "de fr es",
    "cp932": "ja",
    "euc_jp": "ja",
    "iso2022_jp": "ja",
    "gb18030": "zh",
    "cp950": "zh-hant",
    "cp949": "ko",
    "utf_8": " ".join(SENTENCES),
    "utf_16_le": "de en ru el he zh ja ko",
    "utf_16_be": "de en ru el he zh ja ko",
    "utf_32_le": "en ru zh",
    "utf_32_be": "en ru zh",
    "utf_8_sig": "fr",
    "utf_16": "fr zh",
    "utf_32": "fr zh",
}
CASES = [(encoding, language) for encoding, languages in ENCODINGS.items() for language in languages.split()]


@pytest.mark.parametrize(("encoding", "language"), CASES)
def test_a_sentence_is_read_in_every_encoding(encoding, language):
    sentence = SENTENCES[language]

    decoded = decode(sentence.encode(encoding))

    assert decoded.text == sentence
    assert not decoded.alternatives
    assert decoded.remarks == ()


@pytest.mark.parametrize(("encoding", "language"), CASES)
def test_so_are_a_few_words_or_the_doubt_is_said(encoding, language):
    sentence = SENTENCES[language]
    words = sentence[: len(sentence) // 3]

    decoded = decode(words.encode(encoding))

    assert decoded.text == words or encoding in decoded.alternatives


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "François lives in Paris and works for a bank in the old town."),
        ("cp1252", "The temperature was 25 °C, and the ticket costs 5 €."),
        ("cp1252", "ÖFFENTLICHE SITZUNG DES GEMEINDERATES"),
        ("cp1252", "Müller; Straße; Köln; 2020"),
        ("cp1252", "12 000 km² pro Jahr, d. h. 5 ½ %"),
        ("cp1250", "Kowalski; Łódź; Wrocław; Zażółć"),
        ("cp1250", "WNIOSEK O PRZYZNANIE ŚWIADCZENIA"),
        ("cp1251", "МИНИСТЕРСТВО ОБРАЗОВАНИЯ"),
        ("koi8_r", "Иванов И. И., Петров П. П."),
        ("cp866", "Иванов И. И., Петров П. П."),
        ("cp1253", "ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ"),
        ("cp1254", "Öğrenci işleri müdürlüğü"),
        ("cp932", "東京都庁"),
        ("gb18030", "合同编号：2020-15\n甲方：北京某某公司"),
        ("cp949", "서울특별시"),
        ("utf_16_be", "Привет всем"),
    ],
)
def test_names_capitals_and_figures_are_read(encoding, text):
    assert decode(text.encode(encoding)).text == text


def test_a_long_text_with_one_letter_of_another_encoding_far_behind_is_read():
    text = "The sea is warm in May, and it stays so.\n" * 20_000 + "So says Zoë.\n"

    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    "text",
    [
        "The dose is 5 µg for adults, and the nurse must not give any more than that.",
        "The dose is 5 µg a day, and the limit is 20 µg/m³ in the air of the town.",
        "La dose est de 5 µg par jour pour les adultes et rien pour les autres.",
        "The limit is 5 µm.\nThe hall is open from nine to six on all days of the week.\n" * 20,
        "The ticket costs ¥500 for adults and nothing for children.",
    ],
)
def test_the_sign_of_a_unit_is_no_letter_of_another_script(text: str):
    assert decode(text.encode("cp1252")).text == text


def test_a_single_sign_of_a_unit_leaves_a_doubt_which_is_said():
    assert decode("Give 10 µl of it per tube.".encode("cp1252")).alternatives


def test_an_uncertain_encoding_is_said_with_the_others():
    decoded = decode("naïve".encode("cp1252"))

    assert decoded.text == "naïve"
    assert decoded.file_encoding == FileEncoding(name="Windows-1252", alternatives=("Windows-1250", "ISO-8859-2"))
    assert decoded.remarks == ()


def test_the_doubt_stands_beside_the_document():
    text = "The pool in the town is closed, says Kovač."

    document = read_document("pool.txt", text.encode("cp1250"))

    assert document.text == text
    assert document.warning == (
        "In “pool.txt” the encoding was guessed as Windows-1250, and Windows-1252 or Windows-1254 fits about as well: "
        "if letters look wrong, choose another on the start page, below your documents, or with --encoding."
    )


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_one_foreign_name_is_read_wrong_or_right_but_never_as_if_it_were_certain(short: ShortText):
    assert decode(short.data).alternatives


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp1251", "Чехов"), ("koi8_r", "Иван"), ("cp1253", "Νίκος"), ("iso8859_7", "Ζωή"), ("cp1255", "נועה"),
        ("cp1256", "علي"), ("cp932", "東京"), ("gb18030", "北京"), ("cp949", "서울"), ("cp1254", "Yağız"),
        ("cp1250", "Dvořák"), ("cp1252", "Zoë"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sentences", [0, 1, 20])
def test_a_name_of_another_script_is_read_in_a_text_of_any_length_or_its_encoding_is_named(
    codec: str, name: str, sentences: int
):
    english = "The council has decided that the pool will be closed, because heating costs too much money. " * sentences
    text = f"{english}The pool in the town is closed in winter, says {name}. {english}"

    decoded = decode(text.encode(codec))

    assert decoded.text == text or codec in decoded.alternatives


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_a_person_can_choose_the_encoding(short: ShortText):
    decoded = decode(short.data, short.encoding)

    assert decoded.text == short.text
    assert decoded.file_encoding == FileEncoding(name=short.encoding, is_chosen=True)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Windows-1250", "cp1250"),
        ("windows 1250", "cp1250"),
        (" CP1250 ", "cp1250"),
        ("DOS 850", "cp850"),
        ("mac roman", "mac_roman"),
        ("euc-kr", "cp949"),
        ("Shift-JIS", "cp932"),
        ("sjis", "cp932"),
        ("latin-1", "cp1252"),
        ("gbk", "gb18030"),
        ("ISO-8859-2", "iso8859_2"),
        ("utf8", "utf-8"),
        ("cp862", "cp862"),
    ],
)
def test_an_encoding_is_known_by_any_of_its_names(name: str, codec: str):
    assert encoding_named(name) == codec


NO_ENCODINGS = [
    "klingon-1", "", "base64", "hex", "rot13", "unicode_escape", "punycode", "idna", "undefined", "a\0b", "\udc80",
    "../etc", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", NO_ENCODINGS)
def test_an_encoding_of_no_such_name_is_told_so(name: str):
    with pytest.raises(Undecodable, match=r"there is no such encoding\. Name one such as UTF-8") as told:
        encoding_named(name)

    assert len(str(told.value)) < 200


def test_the_name_that_a_person_knows_leads_back_to_every_encoding_of_python():
    codecs = set()
    for codec in set(aliases.values()):
        try:
            codecs.add(encoding_named(codec))
        except Undecodable:
            continue

    assert len(codecs) > 80
    for codec in codecs:
        assert encoding_named(name_of(codec)).replace("-", "_") == codec.replace("-", "_").removesuffix("_sig")


def test_the_encodings_to_choose_from_are_in_the_order_of_letters_and_numbers():
    names = encoding_names()

    assert len(names) == len(set(names)) > 35
    assert [name for name in names if name.startswith(("ISO-8859", "Windows-1250", "Windows-874", "Big5"))] == [
        "Big5", "ISO-8859-2", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-13", "ISO-8859-15",
        "Windows-874", "Windows-1250",
    ]  # fmt: skip
    assert {encoding_named(name) for name in names} >= {"utf-8", "cp1252", "iso2022_jp"}


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        ("Юл".encode("koi8_r"), "UTF-8", "cannot be read as UTF-8: 2 of its 2 characters would be invalid. Choose"),
        ("Plzeň is a town.".encode("cp1250"), "Shift-JIS", "cannot be read as Shift-JIS: 1 of its 16 characters"),
        ("Свет".encode("cp1251"), "iso2022_jp", "cannot be read as ISO-2022-JP: 4 of its 4 characters"),
        (b"Warm sea", "UTF-32 LE", "cannot be read as UTF-32 LE"),
        (b"Warm sea.", "UTF-16 BE", "cannot be read as UTF-16 BE"),
        ("Warm sea".encode("utf-16-le"), "Windows-1252", "cannot be read as Windows-1252: 8 of its 16 characters"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "KOI8-R", "cannot be read as KOI8-R: 2 of its 264"),
    ],
)
def test_bytes_that_are_none_of_the_chosen_encoding_are_told_so(data: bytes, encoding: str, told: str):
    with pytest.raises(Undecodable) as raised:
        decode(data, encoding)

    assert str(raised.value).startswith(told)


def test_damage_is_read_in_the_chosen_encoding_and_counted():
    decoded = decode(SENTENCES["ru"].encode() * 5 + b"\xff", "UTF-8")

    assert decoded.text == SENTENCES["ru"] * 5 + "\ufffd"
    assert decoded.remarks == ("1 character is damaged in the file and shown as \ufffd.",)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16 LE", "UTF-32 BE"])
def test_a_byte_order_mark_is_no_letter_of_the_chosen_encoding(encoding: str):
    assert decode("\ufeffWarm".encode(encoding_named(encoding)), encoding).text == "Warm"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"<meta charset=windows-1251>", "cp1251"),
        (b"<META CHARSET = 'KOI8-R'>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso8859-2"),
        (b"<meta charset=gb2312>", "gb18030"),
        (b"<meta charset=utf-16>", None),
        (b"<meta charset=klingon>", None),
        (b"<meta charset=base64>", None),
        (b"<meta charset=unicode_escape>", None),
        (b"<p>charset=koi8-r", None),
        (b"", None),
    ],
)
def test_a_page_says_how_it_is_encoded(head, encoding):
    assert declared_encoding(head) == encoding


def test_what_a_page_says_is_followed_unless_it_is_utf8():
    page = "<meta charset='koi8-r'><p>Ба</p>"

    assert decode(page.encode("koi8-r"), is_page=True).text == page
    assert decode(page.encode("utf-8"), is_page=True).text == page


def test_quotation_marks_of_windows_in_a_page_that_says_latin_1_are_read():
    page = "<meta charset='iso-8859-1'><p>“Zoë’s”</p>"

    assert decode(page.encode("cp1252"), is_page=True).text == page


def test_damaged_letters_are_counted_and_do_not_change_the_encoding():
    data = SENTENCES["ru"].encode() + b" \xff\xfe " + SENTENCES["uk"].encode()[:-3]

    decoded = decode(data)

    assert SENTENCES["ru"] in decoded.text
    assert decoded.encoding == "utf-8"
    assert decoded.remarks[0].startswith("2 characters are damaged in the file")


def test_half_a_letter_of_utf16_is_damage():
    assert decode("Warm sea".encode("utf-16") + b"\x00").replaced == 1


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_in_no_encoding(seed):
    with pytest.raises(Undecodable, match=r"is in an unknown encoding\. Save it as UTF-8"):
        decode(random.Random(seed).randbytes(3000).replace(b"\x00", b"\x01"))


def test_zero_bytes_stand_in_no_text_but_between_letters():
    assert holds_text("Warm sea".encode("utf-16-le"))
    assert holds_text("Тёплое море".encode("utf-16-be"))
    assert holds_text("Warm sea".encode("utf-32-le"))
    assert holds_text("Warm sea".encode("utf-16"))
    assert holds_text(b"Warm sea")
    assert not holds_text(b"Warm\x00sea, and more of it")
    assert not holds_text(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00")
    assert not holds_text(b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)))
