"""Quotes are whole: small documents of many kinds and languages, and rules that hold of every quote of any document."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.research.bundled import bundled_documents
from hitl.research.enclosures import Span
from hitl.research.evidence import Document
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from hitl.research.search.passages import passages_of, whole_statements
from tests.research.every_possible_quote import faults_in, possible_quotes, texts_of
from tests.research.samples import read


@dataclass(frozen=True)
class Words:
    """Pieces of documents in one language."""

    standing: tuple[str, ...]
    """Sentences that can stand alone."""
    leaning: tuple[str, ...]
    """Sentences that can't."""
    introduction: str
    """Begins a list, and ends with a colon."""
    items: tuple[str, ...]
    heads: tuple[str, str]
    caption: str
    """Of a figure."""
    table_caption: str
    references: tuple[str, ...]
    label: str
    """Begins a list of sources."""


LANGUAGES = {
    "en": Words(
        ("The council closed the old pool in the winter.", "Ann Berg asked the town for three new offers."),
        ("It was opened again in May.", "However, the roof still leaks today.", "In this case the town pays."),
        "The town pays the fee for all of the following:",
        ("children under six", "dogs with a leash", "visitors with a pass"),
        ("Visitor", "Fee"),
        "Figure 3: The old pool and its roof, seen from the town hall in May.",
        "Table 2. Fees of the pool since the year 2013 in euros",
        ("Berg, A. (2013). The pool. Journal of Pools, 3(2), 11–19.", "[2] B. Roe, “The roof”, Town Press, 2014."),
        "References",
    ),
    "de": Words(
        ("Der Rat schloss das alte Bad im Winter.", "Anna Berg bat die Stadt um drei neue Angebote."),
        ("Es wurde im Mai wieder geöffnet.", "Allerdings ist das Dach bis heute undicht.", "In diesem Fall zahlt sie."),
        "Die Stadt zahlt die Gebühr für alle folgenden Gäste:",
        ("Kinder unter sechs", "Hunde an der Leine", "Gäste mit einem Pass"),
        ("Gast", "Gebühr"),
        "Abbildung 3: Das alte Bad und sein Dach, vom Rathaus aus gesehen.",
        "Tabelle 2. Gebühren des Bades seit dem Jahr 2013 in Euro",
        ("Berg, A. (2013): Das Bad. Berlin: Stadtverlag.", "Roe, B.: Das Dach. In: Bäder 3 (2014), S. 11–19."),
        "Literaturverzeichnis",
    ),
    "fr": Words(
        ("Le conseil a fermé l’ancienne piscine en hiver.", "Anne Berg a demandé trois offres à la ville."),
        ("Elle a rouvert en mai.", "Cependant, le toit fuit encore.", "Dans ce cas, la ville paie."),
        "La ville paie le tarif pour les visiteurs suivants :",
        ("enfants de moins de six ans", "chiens en laisse", "visiteurs avec carte"),
        ("Visiteur", "Tarif"),
        "Figure 3 : L’ancienne piscine et son toit, vus de la mairie.",
        "Tableau 2. Tarifs de la piscine depuis 2013 en euros",
        (
            "Berg, A., « La piscine », Revue des bains, n° 3, 2013, p. 11-19.",
            "Roe, B. (2014). Le toit. Paris : Éditions Sud.",
        ),
        "Références",
    ),
    "es": Words(
        ("El consejo cerró la antigua piscina en invierno.", "Ana Berg pidió tres ofertas a la ciudad."),
        ("Esta se abrió de nuevo en mayo.", "Sin embargo, el techo gotea todavía.", "En este caso paga la ciudad."),
        "La ciudad paga la tarifa de los siguientes visitantes:",
        ("niños menores de seis años", "perros con correa", "visitantes con pase"),
        ("Visitante", "Tarifa"),
        "Figura 3. La antigua piscina y su techo, vistos desde el ayuntamiento.",
        "Tabla 2. Tarifas de la piscina desde 2013 en euros",
        (
            "Berg, A. (2013). La piscina. Madrid: Editorial Norte.",
            "Roe, B. (2014). El techo. Revista Sur, 3(2), 11–19.",
        ),
        "Bibliografía",
    ),
    "it": Words(
        ("Il consiglio ha chiuso la vecchia piscina in inverno.", "Anna Berg ha chiesto tre offerte al comune."),
        ("Essa ha riaperto a maggio.", "Tuttavia il tetto perde ancora.", "In questo caso paga il comune."),
        "Il comune paga la tariffa per i seguenti visitatori:",
        ("bambini sotto i sei anni", "cani al guinzaglio", "visitatori con tessera"),
        ("Visitatore", "Tariffa"),
        "Figura 3. La vecchia piscina e il suo tetto, visti dal municipio.",
        "Tabella 2. Tariffe della piscina dal 2013 in euro",
        (
            "Berg, A. (2013), La piscina, Milano, Norte, pp. 12-15.",
            "Roe, B. (2014). Il tetto. Rivista Sud, 3(2), 11–19.",
        ),
        "Bibliografia",
    ),
    "pl": Words(
        ("Rada zamknęła starą pływalnię zimą.", "Anna Berg poprosiła miasto o trzy oferty."),
        ("Ona została otwarta w maju.", "Jednak dach nadal przecieka.", "W tym przypadku płaci miasto."),
        "Miasto płaci opłatę za następujących gości:",
        ("dzieci poniżej sześciu lat", "psy na smyczy", "goście z kartą"),
        ("Gość", "Opłata"),
        "Rys. 3. Stara pływalnia i jej dach, widziane z ratusza.",
        "Tabela 2. Opłaty pływalni od roku 2013 w euro",
        ("Berg, A. (2013). Pływalnia. Warszawa: PWN, s. 12–18.", "Roe, B. (2014). Dach. Kraków: Wydawnictwo Miejskie."),
        "Bibliografia",
    ),
    "ru": Words(
        ("Совет закрыл старый бассейн на зиму.", "Анна Берг попросила город о трёх предложениях."),
        ("Он был открыт снова в мае.", "Однако крыша всё ещё протекает.", "В этом случае платит город."),
        "Город платит сбор за следующих посетителей:",
        ("дети до шести лет", "собаки на поводке", "посетители с пропуском"),
        ("Посетитель", "Сбор"),
        "Рис. 3. Старый бассейн и его крыша, вид из ратуши.",
        "Таблица 2. Сборы бассейна с 2013 года в евро",
        ("Берг А. И. Бассейн и город. — М.: Наука, 2013. — 120 с.", "Роу Б. И. Крыша. СПб.: Наука, 2014. С. 11–19."),
        "Список литературы",
    ),
    "tr": Words(
        ("Meclis eski havuzu kışın kapattı.", "Ayşe Berg belediyeden üç teklif istedi."),
        ("Bu mayıs ayında yeniden açıldı.", "Ancak çatı hâlâ akıyor.", "İkisi de parayı ödedi."),
        "Belediye şu ziyaretçilerin ücretini öder:",
        ("altı yaşından küçük çocuklar", "tasmalı köpekler", "kartlı ziyaretçiler"),
        ("Ziyaretçi", "Ücret"),
        "Şekil 3. Eski havuz ve çatısı, belediyeden görünüş.",
        "Tablo 2. Havuzun 2013 yılından beri ücretleri",
        ("Berg, A. (2013). Havuz. Ankara: Kent Yayınları, s. 12.", "Roe, B. (2014). Çatı. Kent Dergisi, 3(2), 11–19."),
        "Kaynakça",
    ),
    "ar": Words(
        ("أغلق المجلس المسبح القديم في الشتاء.", "طلبت آنا بيرغ من المدينة ثلاثة عروض."),
        ("وهو مفتوح من جديد منذ مايو.", "لكن السقف لا يزال يسرب الماء.", "في هذه الحالة تدفع المدينة."),
        "تدفع المدينة الرسوم عن الزوار الآتين:",
        ("الأطفال دون السادسة", "الكلاب المربوطة", "الزوار ببطاقة"),
        ("الزائر", "الرسم"),
        "الشكل 3: المسبح القديم وسقفه من دار البلدية.",
        "الجدول 2: رسوم المسبح منذ عام 2013 باليورو",
        ("[1] بيرغ، آنا. المسبح. القاهرة: دار المدينة، 2013، 3(2): 11–19.", "https://example.org/almasbah/2014"),
        "المراجع",
    ),
    "zh": Words(
        ("市议会在冬天关闭了旧游泳池。", "安娜向市政府要求三份新报价。"),
        ("它在五月重新开放。", "但是屋顶至今漏水。", "因此由市政府支付费用。"),
        "市政府为以下访客支付费用：",
        ("六岁以下的儿童", "牵着的狗", "持证的访客"),
        ("访客", "费用"),
        "图3：旧游泳池和屋顶，从市政厅拍摄",
        "表2：二〇一三年以来游泳池的费用",
        ("[1] 王伟. 游泳池[J]. 城市, 2013, 3(2): 11-19.", "[2] 李娜. 屋顶[M]. 北京: 城市出版社, 2014."),
        "参考文献",
    ),
}


def made(language: str, *blocks: Block) -> Document:
    return assemble("a.md", ReadFile(blocks, title="A title")).model_copy(update={"language": language})


def rows(heads: tuple[str, str], names: tuple[str, ...]) -> list[Block]:
    cells = [f"{heads[0]}: {name} | {heads[1]}: {number}" for number, name in enumerate(names, start=3)]
    return [Block(text, "row") for text in (" | ".join(heads), *cells)]


ALL = pytest.mark.parametrize(("language", "words"), LANGUAGES.items(), ids=LANGUAGES)


@ALL
def test_what_leans_comes_with_the_sentence_before_it(language, words):
    standing, leaning = words.standing, words.leaning
    space = "" if language == "zh" else " "
    paragraph = space.join([standing[1], standing[0], *leaning])
    document = made(language, Block(paragraph))

    quotes = texts_of(document)

    assert all(any(quote.endswith(sentence) for quote in quotes) for sentence in leaning)
    assert all(quote.startswith(standing) for quote in quotes)
    assert all(standing[0] in quote for quote in quotes if any(sentence in quote for sentence in leaning))


@ALL
def test_captions_and_references_are_never_quoted(language, words):
    blocks = [words.standing[0], words.caption, *words.references, words.table_caption, words.standing[1]]

    assert set(texts_of(made(language, *map(Block, blocks)))) <= set(words.standing)


@ALL
def test_what_a_file_calls_a_caption_is_never_quoted(language, words):
    document = made(language, Block(words.standing[0]), Block(words.standing[1], "caption"), Block(words.standing[0]))

    assert set(texts_of(document)) == {words.standing[0]}


@ALL
def test_the_caption_of_a_table_stands_with_its_rows_without_a_label(language, words):
    document = made(language, Block(words.heads[0], "caption"), *rows(words.heads, words.items))

    assert texts_of(document) == [document.text]


@ALL
def test_references_in_a_list_or_a_footnote_are_never_quoted(language, words):
    listed = [Block(text, kind) for text in words.references for kind in ("item", "footnote")]

    assert texts_of(made(language, *listed, Block(words.standing[0]))) == [words.standing[0]]


@ALL
def test_what_stands_under_a_heading_of_sources_is_never_quoted(language, words):
    document = made(language, Block(words.standing[0]), heading(words.label), *map(Block, words.references))

    assert texts_of(document) == [words.standing[0]]


@ALL
def test_a_line_of_its_own_that_names_the_sources_is_like_a_heading(language, words):
    document = made(language, Block(words.standing[0]), Block(words.label), *map(Block, words.references))

    assert texts_of(document) == [words.standing[0]]


@ALL
def test_a_list_of_sources_ends_with_the_list(language, words):
    listed = [Block(text, "item") for text in words.items]
    document = made(language, Block(f"{words.label}:"), *listed, Block(words.standing[1]))

    assert texts_of(document) == [words.standing[1]]


@ALL
def test_a_colon_has_its_list(language, words):
    whole = "\n\n".join([words.introduction, *words.items])
    document = made(
        language, Block(words.introduction), *(Block(item, "item") for item in words.items), Block(words.standing[0])
    )

    assert texts_of(document) == [whole, words.standing[0]]


@ALL
def test_the_list_of_somebody_who_speaks_comes_with_what_they_say(language, words):
    document = made(
        language,
        Block(f"ANN: {words.introduction}", speaker="ANN"),
        *(Block(item, "item") for item in words.items),
        Block(f"BOB: {words.standing[0]}", speaker="BOB"),
    )

    assert texts_of(document) == [
        "\n\n".join([f"ANN: {words.introduction}", *words.items]),
        f"BOB: {words.standing[0]}",
    ]
    assert document.place_at(possible_quotes(document)[0].start) == "ANN"


@ALL
def test_a_row_has_the_heads_of_its_columns(language, words):
    document = made(language, *rows(words.heads, words.items))

    for quote in texts_of(document):
        assert all(row.startswith(f"{words.heads[0]}: ") for row in quote.split("\n\n"))


@ALL
def test_the_caption_of_a_table_stands_with_its_rows(language, words):
    document = made(language, Block(words.standing[0]), Block(words.table_caption), *rows(words.heads, words.items))

    assert texts_of(document) == [
        words.standing[0],
        document.text.removeprefix(f"{words.standing[0]}\n\n"),
    ]


@ALL
def test_short_facts_stand_together_under_their_heading(language, words):
    document = made(language, heading(words.heads[0]), Block("Mo: 9–17 h", "item"), Block("So: –", "item"))

    (quote,) = possible_quotes(document)

    assert document.text[quote.start : quote.end] == "Mo: 9–17 h\n\nSo: –"
    assert document.place_at(quote.start) == words.heads[0]


SMALL_DOCUMENTS = [
    (  # a list within a list
        "a.md",
        "The following pay nothing:\n\n1. children\n   - below six\n   - at school\n2. pensioners\n",
        ["The following pay nothing:\n\n1. children\n\nbelow six\n\nat school\n\n2. pensioners"],
    ),
    (  # an item with a list that the file does not set deeper
        "a.md",
        "- Opening hours of the pool:\n- Monday: 9 to 17\n- Sunday: closed\n- Fees of the pool:\n- Adults: 4 euros\n",
        [
            "Opening hours of the pool:\n\nMonday: 9 to 17\n\nSunday: closed",
            "Fees of the pool:\n\nAdults: 4 euros",
        ],
    ),
    (  # a sentence that goes on after its list
        "a.md",
        "The fee is due if the visitor\n\n- is older than six,\n- has no pass,\n\nunless the town waives it. It can.\n",
        [
            "The fee is due if the visitor\n\nis older than six,\n\nhas no pass,\n\nunless the town waives it.",
            "The fee is due if the visitor\n\nis older than six,\n\nhas no pass,\n\nunless the town waives it. It can.",
        ],
    ),
    (  # a definition list
        "a.md",
        "Tenant\n:   The person who rents the flat and lives in it.\n\nDeposit\n:   A sum of three months' rent.\n",
        [
            "Deposit\nA sum of three months' rent.",
            "Tenant\nThe person who rents the flat and lives in it.",
        ],
    ),
    (  # a quotation with its author
        "a.md",
        "> “The pool is closed today. It opens in May.” — Ann Berg, mayor of the town\n",
        ["“The pool is closed today. It opens in May.” — Ann Berg, mayor of the town"],
    ),
    (  # a poem
        "a.md",
        "Roses are red,  \nviolets are blue;  \nthey open in May  \nand close in June.\n",
        ["Roses are red,\nviolets are blue;\nthey open in May\nand close in June."],
    ),
    (  # references without a heading, in a text file
        "a.txt",
        "The pool was built by the town in 1961.\n\n[1] J. Smith, “The pool”, Town Press, 1961.\n"
        "[2] A. Doe, “The roof”, Town Press, 1962.\n",
        ["The pool was built by the town in 1961."],
    ),
    (  # a table with a part of its own
        "a.html",
        "<table><tr><th>Who</th><th>Fee</th></tr><tr><td colspan=2>On all days of the whole week</td></tr>"
        "<tr><td>Adults</td><td>4 euros</td></tr></table>",
        ["On all days of the whole week\n\nWho: Adults | Fee: 4 euros"],
    ),
    (  # a list whose items are figures with their names
        "a.md",
        "# Opening hours\n\n- Monday: 9 to 17\n- Sunday: closed\n",
        ["Monday: 9 to 17\n\nSunday: closed"],
    ),
    (  # a title that is not marked as one
        "a.txt",
        "Pool\n\nHow the pool was built and paid for\n\nThe town built the pool in 1961. It paid for it.\n",
        [
            "How the pool was built and paid for\n\nThe town built the pool in 1961.",
            "How the pool was built and paid for\n\nThe town built the pool in 1961. It paid for it.",
        ],
    ),
    (  # a table of contents
        "a.md",
        "- The costs of the pool … 12\n- The roof of the pool ....... 14\n\nThe pool was built by the town in 1961.\n",
        ["The pool was built by the town in 1961."],
    ),
    (  # minutes
        "a.txt",
        "Minutes\n\nANN: I looked at the costs of it. The roof leaks.\n\n"
        "BOB: I have two wishes for it:\n- a new roof\n- a gate\n",
        [
            "ANN: I looked at the costs of it.",
            "ANN: I looked at the costs of it. The roof leaks.",
            "BOB: I have two wishes for it:\n\na new roof\n\na gate",
        ],
    ),
    (  # nothing stands behind the colon
        "a.md",
        "The pool was built by the town in 1961. The costs of it are these:\n\n# Roof\n\nThe roof of the pool leaks.\n",
        ["The pool was built by the town in 1961.", "The roof of the pool leaks."],
    ),
    (  # a figure stands behind the colon
        "a.md",
        "The roof of the pool leaks. The pool looks like this today:\n\nFigure 1: The pool.\n\n"
        "The town will mend it soon.\n",
        ["The roof of the pool leaks.", "The town will mend it soon."],
    ),
    (  # code
        "a.md",
        "The code pays the fee. It returns the sum:\n\n```\nreturn fee\n```\n",
        ["The code pays the fee. It returns the sum:\n\nreturn fee"],
    ),
]


@pytest.mark.parametrize(("name", "text", "quotes"), SMALL_DOCUMENTS)
def test_small_documents_are_quoted_whole(name, text, quotes):
    assert sorted(texts_of(read(name, text))) == sorted(quotes)


@pytest.mark.parametrize("text", ["The roof leaks.", "Havuz mayısta açılır.", "Uimahalli avataan toukokuussa."])
def test_a_short_sentence_is_quoted(text):
    assert texts_of(made("en", heading("Pool"), Block(text))) == [text]


def test_what_a_long_paragraph_says_further_down_comes_with_what_it_leans_on():
    sentences = [f"The town paid the sum number {number} for the roof of the pool." for number in range(12)]
    sentences[6] = "It was too much by far, as all of them said in the meeting."
    document = read("a.txt", " ".join(sentences))

    quotes = [quote for quote in texts_of(document) if sentences[6] in quote]

    assert len(list(passages_of(document))) > 1
    assert quotes
    assert all(sentences[5] in quote for quote in quotes)


@pytest.mark.parametrize("named", ["opened again", "leaks today", "It was", "However"])
def test_what_is_named_grows_to_whole_statements_with_what_they_lean_on(named):
    document = made("en", Block("Ann Berg spoke. The pool was shut. It was opened again. However, it leaks today."))
    start = document.text.index(named)

    quote = whole_statements(document, Span(start, start + len(named)))

    assert document.text[quote.start : quote.end].startswith("The pool was shut. It was opened again.")
    assert list(faults_in(document, quote)) == []


@pytest.mark.parametrize("named", ["Opening hours", "The old pool", "Pool. Journal", "Everything"])
def test_a_heading_a_caption_and_a_reference_do_not_grow(named):
    document = made(
        "en",
        heading("Opening hours"),
        Block("The town opens it in May."),
        Block("Figure 3: The old pool."),
        Block("Berg, A. (2013). The Pool. Journal of Pools, 3(2), 11–19."),
        heading("References"),
        Block("Everything about pools, a leaflet of the town"),
    )
    start = document.text.index(named)

    with pytest.raises(ValueError, match="no statement"):
        whole_statements(document, Span(start, start + len(named)))


def pieces(words: Words, language: str) -> st.SearchStrategy[list[Block]]:
    """Blocks of a document, those that belong together in one list."""
    space = "" if language == "zh" else " "
    sentences = st.sampled_from([*words.standing, *words.standing, *words.leaning])
    paragraph = st.lists(sentences, min_size=1, max_size=16).map(space.join)
    items = st.lists(st.sampled_from(words.items) | paragraph, min_size=1, max_size=30)
    listed = items.map(lambda texts: [Block(text, "item") for text in texts])
    announced = st.tuples(paragraph, listed).map(
        lambda both: [Block(f"{both[0]}{space}{words.introduction}"), *both[1]]
    )
    turns = st.lists(
        st.tuples(st.sampled_from(["ANN", "BOB"]), paragraph | st.just(words.introduction)), max_size=4
    ).map(lambda said: [Block(f"{speaker}: {text}", speaker=speaker) for speaker, text in said])
    table = st.integers(1, 40).map(lambda count: rows(words.heads, words.items * count))
    others = st.sampled_from([words.caption, words.table_caption, *words.references, words.label, f"{words.label}:"])
    return st.one_of(
        paragraph.map(lambda text: [Block(text)]),
        listed,
        announced,
        turns,
        table,
        st.sampled_from([words.standing[0][:-1], "A", words.label]).map(lambda text: [heading(text)]),
        others.map(lambda text: [Block(text)]),
        st.sampled_from(words.references).map(lambda text: [Block(text, "footnote")]),
    )


def test_a_turn_that_ends_with_a_colon_before_a_paragraph_that_nobody_speaks_is_not_quoted():
    turns = [Block(f"ANN: {said}", speaker="ANN") for said in ("The pool is closed in winter.", "These visitors pay:")]
    assert texts_of(made("en", *turns, Block("References"))) == ["ANN: The pool is closed in winter."]
    assert "ANN: These visitors pay:" in texts_of(made("en", *turns, Block("BEN: All.", speaker="BEN")))


@settings(deadline=None, max_examples=50)
@given(st.data(), st.sampled_from(sorted(LANGUAGES)))
def test_every_quote_of_any_document_is_whole(data, language):
    words = LANGUAGES[language]
    groups = data.draw(st.lists(pieces(words, language), min_size=1, max_size=8))
    document = made(language, *(block for group in groups for block in group))

    for quote in possible_quotes(document):
        assert list(faults_in(document, quote)) == [], document.text[quote.start : quote.end]
        quoted = document.text[quote.start : quote.end]
        assert quoted not in {words.caption, words.table_caption, words.label, *words.references}


def test_every_quote_of_the_bundled_library_is_whole():
    for document in bundled_documents():
        for quote in possible_quotes(document):
            assert list(faults_in(document, quote)) == [], document.text[quote.start : quote.end]
