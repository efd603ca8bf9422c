from __future__ import annotations

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.blocks import Block
from hitl.research.reading.files import read_document
from hitl.research.reading.html.lists import numeral
from hitl.research.reading.html.reader import read_fragment, read_html
from tests.research.samples import CORAL, HEAT, TIDES, headings_of, read, web_page

MENU = "<nav><ul><li><a href='/'>Home page</a></li><li><a href='/about'>About us</a></li></ul></nav>"
FOOTER = "<footer><p>All rights reserved by the publisher of this page.</p></footer>"


def texts(html: str) -> list[str]:
    """The texts of the blocks of a part of a page, with single spaces."""
    return [" ".join(block.text.split(" ")).strip() for block in read_fragment(html).blocks]


def page(body: str) -> Document:
    return read("page.html", web_page(body))


def only(html: str) -> str:
    [text] = texts(html)
    return " ".join(text.split())


def kinds(html: str) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in read_fragment(html).blocks]


# what is the text of a page, and what stands around it


def test_article_of_a_page_comes_without_menu_and_footer():
    article = f"<article><h1>Ocean heat</h1><p>{HEAT}</p><h2>Tides</h2><p>{TIDES} {CORAL}</p></article>"

    document = read("heat.html", web_page(MENU + article + FOOTER, title="Ocean heat - The news of the sea"))

    assert document.text == "\n\n".join(["Ocean heat", HEAT, "Tides", f"{TIDES} {CORAL}"])
    assert headings_of(document) == ["Ocean heat", "Tides"]
    assert document.title == "Ocean heat"


def test_tiny_page_without_an_article_is_read_whole():
    document = read("tiny.html", web_page("<p>A tiny page that says one thing only.</p>", title="Tiny"))

    assert document.text == "A tiny page that says one thing only."
    assert document.title == "Tiny"


@pytest.mark.parametrize(
    "around",
    [
        MENU,
        FOOTER,
        "<header><p>The town's own pages</p></header>",
        "<aside><p>Also of interest</p></aside>",
        "<div role='navigation'><a href='a'>Start</a></div>",
        "<div role='contentinfo'>Imprint</div>",
        "<div id='footer'>Imprint of the town</div>",
        "<div class='wide navbar'><a href='a'>Start</a> <a href='b'>News</a></div>",
        "<div id='cookie-banner'><p>We use cookies. <button>Accept</button></p></div>",
        "<ul><li><a href='a'>News</a></li><li><a href='b'>Sport</a></li><li><a href='c'>Weather</a></li></ul>",
    ],
)
def test_what_stands_around_a_page_without_an_article_is_not_read(around):
    assert page(f"{around}<p>{HEAT}</p><p>{TIDES}</p>").text == f"{HEAT}\n\n{TIDES}"


def test_header_and_footer_inside_an_article_are_its_own():
    article = (
        f"<article><header><p>By Ann Berg</p></header><p>{HEAT}</p><footer><p>Source: the ship.</p></footer></article>"
    )

    assert page(article).text == f"By Ann Berg\n\n{HEAT}\n\nSource: the ship."


def test_a_list_of_links_inside_an_article_is_read():
    links = "<ul><li><a href='a'>One</a></li><li><a href='b'>Two</a></li><li><a href='c'>Three</a></li></ul>"

    assert page(f"<article><p>{HEAT}</p>{links}</article>").text == f"{HEAT}\n\nOne\n\nTwo\n\nThree"


def test_a_long_text_in_an_element_that_is_called_a_menu_is_read():
    dishes = "".join(f"<p>Dish {number}: {HEAT}</p>" for number in range(8))

    assert page(f"<div id='menu'>{dishes}</div>").text.count(HEAT) == 8


def test_a_tiny_article_on_a_long_page_is_not_all_of_it():
    body = "".join(f"<div>{text} {text}</div>" for text in (HEAT, TIDES, CORAL))

    assert page(f"<article><p>Read on.</p></article>{body}").text.count(HEAT) == 2


def test_a_page_that_is_all_header_is_read():
    assert page(f"<header><h1>Heat</h1><p>{HEAT}</p></header>").text == f"Heat\n\n{HEAT}"


def test_the_heading_above_an_article_is_its_title():
    document = page(f"<header><h1>Ocean heat</h1></header><main><h2>Storage</h2><p>{HEAT}</p></main>")

    assert document.title == "Ocean heat"
    assert headings_of(document) == ["Ocean heat", "Storage"]


def test_the_heading_that_shows_is_the_title_and_not_that_of_the_window():
    assert read("x.html", web_page(f"<h1>Ocean <i>heat</i></h1><p>{HEAT}</p>", title="Home")).title == "Ocean heat"


# what shows, in order


def test_the_text_of_links_in_the_cells_of_a_table_is_read():
    table = "<table><tr><th>Who</th><th>Fee</th></tr><tr><td><a href='a'>Adults</a><td>4 <b>euros</b></table>"

    assert texts(table) == ["Who | Fee", "Who: Adults | Fee: 4 euros"]


def test_text_outside_of_paragraphs_keeps_its_place():
    assert texts("before<p>in</p>between<div>a<p>b</p>c</div>after") == [
        "before",
        "in",
        "between",
        "a",
        "b",
        "c",
        "after",
    ]


def test_headings_have_their_levels():
    assert kinds("<h1>a</h1><h3>b</h3><div role='heading' aria-level='4'>c</div>") == [
        ("heading", n) for n in (1, 3, 4)
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<figure><img src=a><figcaption>The pool in May</figcaption></figure>", ["caption"]),
        ("<figure><figcaption><p>The pool.</p><p>In May.</p></figcaption></figure>", ["caption", "caption"]),
        ("<table><caption>Fees</caption><tr><th>Who<th>Fee<tr><td>Adults<td>4</table>", ["caption", "row", "row"]),
        (
            "<figure><blockquote>It is closed.</blockquote><figcaption>Ann</figcaption></figure>",
            ["paragraph", "caption"],
        ),
        ("<figcaption><ul><li>left: the pool</ul></figcaption><p>Then text.", ["caption", "paragraph"]),
    ],
)
def test_captions_are_blocks_of_their_own_kind(html, expected):
    assert [kind for kind, _ in kinds(html)] == expected


def test_a_line_break_is_one():
    assert read_fragment("<p>One<br>two<br/>three</p>").blocks[0].text == "One\ntwo\nthree"


def test_white_space_of_the_source_is_one_space_and_none_between_chinese_letters():
    assert only("<p>One\n   two\tthree</p>") == "One two three"
    assert only("<p>水的\n  温度</p>") == "水的温度"


def test_preformatted_text_keeps_its_lines():
    assert read_fragment("<pre>\nfirst  line\n  second</pre>").blocks[0].text.split("\n") == [
        "",
        "first  line",
        "  second",
    ]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<details><summary>More</summary><p>Inside</p></details>", ["More", "Inside"]),
        ("<figure><img src='a' alt='A reef'><figcaption>A reef in May</figcaption></figure>", ["A reef in May"]),
        ("<blockquote><p>Quoted</p><cite>Ann</cite></blockquote>", ["Quoted", "Ann"]),
        ("<p>She said <q>no, <q>never</q></q>.</p>", ["She said “no, ‘never’”."]),
        ("<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>へ</p>", ["東京へ"]),
        ("<p><span aria-hidden='true'>Shows</span> all the same</p>", ["Shows all the same"]),
        ("<p>in<wbr>visible &amp; &lt;b&gt; &#8217;tis&nbsp;so</p>", ["invisible & <b> ’tis\xa0so"]),
        ("<p>A <ins>new</ins> word</p>", ["A new word"]),
        ("<h2><button>What does it cost?</button></h2>", ["What does it cost?"]),
        ("<h2>What it costs <button>Copy</button></h2>", ["What it costs"]),
        ("<p>What it costs. <button>Copy</button> <button>Share</button></p>", ["What it costs."]),
        ("<p><label><input type='checkbox'> Buy milk</label></p>", ["Buy milk"]),
        ("<center>Centred</center><address>Sea road 1</address>", ["Centred", "Sea road 1"]),
        ("<p>one<hr>two", ["one", "two"]),
        ("<p>one<plaintext>two <b>", ["one", "two <b>"]),
        ("<span style='display: block'>one</span><span>two</span>", ["one", "two"]),
    ],
)
def test_what_shows_is_read(html, shown):
    assert texts(html) == shown


@pytest.mark.parametrize(
    "hidden",
    [
        "<del>no</del>",
        "<s>no</s>",
        "<strike>no</strike>",
        "<script>no()</script>",
        "<style>.no { color: red }</style>",
        "<template>no</template>",
        "<noscript>no</noscript>",
        "<span hidden>no</span>",
        "<span style='display: none'>no</span>",
        "<span style='color: red; VISIBILITY : hidden'>no</span>",
        "<span style='font-size: 0'>no</span>",
        "<span style='opacity:0'>no</span>",
        "<span style='position: absolute; left: -9999px'>no</span>",
        "<span style='text-decoration: line-through'>no</span>",
        "<span class='sr-only'>no</span>",
        "<span style='mso-hide:all'>no</span>",
        "<iframe>no</iframe>",
        "<select hidden><option>no</select>",
        "<textarea style='display:none'>no</textarea>",
        "<input type='hidden' value='no'>",
        "<input type='submit' value='no'>",
        "<dialog>no</dialog>",
        "<!-- no -->",
        "<![CDATA[no]]>",
        "<img src='reef.png' alt='no, a picture'>",
        "<a class='headerlink' href='#here'>¶</a>",
        "<a href='#top'>↑</a>",
    ],
)
def test_what_does_not_show_is_not_read(hidden):
    assert only(f"<p>One {hidden}two</p>") == "One two"


def test_what_style_sheets_hide_or_strike_out_is_not_read():
    css = ".gone, #old { display: none } p.struck { text-decoration: line-through } /* .here { display: none } */"
    media = "@media print { .here { display: none } }"
    body = "<p class='a gone'>1</p><p id='old'>2</p><p class='struck'>3</p><div class='struck here'>4</div>"

    assert texts(f"<style>{css}{media}</style>{body}") == ["4"]


def test_struck_out_blocks_are_not_read():
    assert texts("<s><p>one</p><ul><li>two</li></ul></s><p>three</p>") == ["three"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("5 x 10<sup>6</sup>", "5 x 10⁶"),
        ("m<sup>2</sup> and CO<sub>2</sub>", "m² and CO₂"),
        ("x<sup>n/q</sup>", "x^(n/q)"),
        ("the 1<sup>st</sup> of May", "the 1st of May"),
        ("le XX<sup>e</sup> siècle, M<sup>me</sup> Roux", "le XXe siècle, Mme Roux"),
        ("the committee<sup><a href='#fn1'>[1]</a></sup>.", "the committee¹."),
        ("in 2019<a href='#fn12'><sup>12</sup></a>", "in 2019 ¹²"),
        ("said<sup><a href='#a'>1</a></sup><sup><a href='#b'>2</a></sup>", "said¹ ²"),
        ("in 2019<sup>3</sup>", "in 2019 ³"),
        ("10<span style='vertical-align: super'>3</span>", "10³"),
        ("Acme<sup>TM</sup>", "Acme™"),
        ("true<sup>[citation needed]</sup>", "true[citation needed]"),
    ],
)
def test_raised_and_lowered_text_stays_apart_from_the_line(html, text):
    assert only(f"<p>{html}</p>") == text


def test_notes_are_footnotes_with_their_numbers():
    html = "<p>Said<sup><a href='#n1' id='r1'>1</a></sup>.</p><ol><li id='n1'>By Ann. <a href='#r1'>↩</a></li></ol>"

    said, note = read_fragment(html).blocks

    assert said.text == "Said¹."
    assert (note.kind, note.text.strip()) == ("footnote", "¹ By Ann.")


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("<img class='emoji' alt='😀' src='a'>", "😀"),
        ("<img alt='W' src='w.gif'>", "W"),
        ("<img class='tex' alt='x = 1' src='a'>", "x = 1"),
        ("<img alt='A reef' src='a'>", ""),
    ],
)
def test_an_image_is_read_if_it_stands_for_letters(image, shown):
    assert only(f"<p>Here: {image}</p>") == f"Here: {shown}".strip()


# lists


def test_items_have_their_level_and_their_number():
    html = "<ul><li>a<ol start='3'><li>b<li value='9'>c<li>d</ol></li><li>e</ul>"

    assert texts(html) == ["a", "3. b", "9. c", "10. d", "e"]
    assert kinds(html) == [("item", level) for level in (0, 1, 1, 1, 0)]


@pytest.mark.parametrize(
    ("attributes", "numbers"),
    [
        ("reversed", ["3.", "2.", "1."]),
        ("reversed start='10'", ["10.", "9.", "8."]),
        ("type='a' start='26'", ["z.", "aa.", "ab."]),
        ("type='I' start='3'", ["III.", "IV.", "V."]),
        ("style='list-style-type: lower-roman'", ["i.", "ii.", "iii."]),
        ("start='99999999999999999999'", ["999999999.", "1000000000.", "1000000001."]),
        ("start='x'", ["1.", "2.", "3."]),
    ],
)
def test_items_are_numbered_as_the_list_says(attributes, numbers):
    assert texts(f"<ol {attributes}><li>x<li>x<li>x</ol>") == [f"{number} x" for number in numbers]


def test_a_list_that_is_styled_without_numbers_has_none():
    assert texts("<ol style='list-style: none'><li>x</ol>") == ["x"]


def test_paragraphs_of_an_item_are_of_the_list():
    assert kinds("<ol><li><p>a</p><p>b</p></li></ol><p>c</p>") == [("item", 0), ("item", 0), ("paragraph", 0)]


def test_a_term_stands_above_its_definition():
    assert texts("<dl><dt>Tide</dt><dd>Rise and fall</dd><dt>Ebb</dt><dd><p>Fall</p></dd></dl>") == [
        "Tide\nRise and fall",
        "Ebb\n\nFall",
    ]


@pytest.mark.parametrize(
    ("number", "numbering", "text"),
    [(4, "i", "iv"), (1999, "I", "MCMXCIX"), (4000, "i", "4000"), (27, "a", "aa"), (0, "a", "0"), (-2, "1", "-2")],
)
def test_numerals(number, numbering, text):
    assert numeral(number, numbering) == text


def test_lists_that_word_writes_as_paragraphs_are_lists():
    mark = "<![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp;</span></span><![endif]>"
    html = "".join(
        f"<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'>{mark.format(sign)}Item<o:p></o:p></p>"
        for level, sign in ((1, "2."), (2, "·"))
    )

    assert read_fragment(html).blocks == [Block("2. Item", "item", 0), Block("Item", "item", 1)]


# tables


def test_a_cell_over_several_columns_or_rows_belongs_to_each():
    html = (
        "<table><caption>Fees</caption><thead><tr><th rowspan=2>Who<th colspan=2>2024<tr><th>Fee<th>Tax</thead>"
        "<tbody><tr><td rowspan=2>Adults<td>4<td>1<tr><td>5<td>2<tr><th colspan=3>Winter<tr><td>All<td>0<td>0</table>"
    )

    assert texts(html) == [
        "Fees",
        "Who | 2024",
        "Who | Fee | Tax",
        "Who: Adults | 2024 Fee: 4 | 2024 Tax: 1",
        "Who: Adults | 2024 Fee: 5 | 2024 Tax: 2",
        "Winter",
        "Who: All | 2024 Fee: 0 | 2024 Tax: 0",
    ]


def test_a_table_inside_a_cell_has_its_own_rows():
    inner = "<table><tr><th>When<th>Fee<tr><td>Late<td>45 dollars</table>"

    assert texts(f"<table><tr><th>Part<th>Terms<tr><td>Rent<td>Monthly {inner}</table>") == [
        "Part | Terms",
        "Part: Rent | Terms: Monthly",
        "When | Fee",
        "When: Late | Fee: 45 dollars",
    ]


def test_of_tables_inside_each_other_every_cell_is_read_however_deep_it_is():
    html = "".join(f"<table><thead><tr><th>h{depth}<tbody><tr><td>{depth}" for depth in range(50))
    html += "<ul><li>deep</ul>" + "</table>after" * 50

    words = " ".join(texts(html)).replace(" | ", " ").split()

    assert {*words} == {*map(str, range(50)), *(f"h{depth}" for depth in range(50)), "deep", "after"}
    assert words.count("after") == 50
    assert texts("<p>first</p>" + html + "<table><tr><th>a<th>b<tr><td>1<td>2</table>")[-1] == "a: 1 | b: 2"


def test_a_table_that_lays_out_a_page_is_read_cell_by_cell():
    assert texts(f"<table><tr><td><h2>Heat</h2><p>{HEAT}</p><td>{TIDES}</table>") == ["Heat", HEAT, TIDES]
    assert texts("<table role='presentation'><tr><td>a<td>b</table>") == ["a", "b"]


def test_spans_cannot_make_a_table_larger_than_memory():
    rows = "".join(f"<tr><td colspan={number}>a<td rowspan=9999 colspan=99999>b" for number in range(1, 1000))

    assert sum(text.count("a") for text in texts(f"<table>{rows}</table>")) >= 999


def test_lines_and_paragraphs_of_a_cell_stay_apart():
    assert texts("<table><tr><th>a<th>b<tr><td>one<br>two<td><p>three</p><p>four</p></table>")[1] == (
        "a: one\ntwo | b: three\nfour"
    )


# formulas and drawings


def test_formulas_are_read_on_a_line():
    def formula(inner: str) -> str:
        return only(f"<p>So <math>{inner}</math>.</p>")

    assert formula("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>") == "So E = mc²."
    assert formula("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>") == "So (a + b)/2."
    assert formula("<msqrt><mi>n</mi></msqrt><mo>&#x2062;</mo><msub><mi>x</mi><mi>i</mi></msub>") == "So √nxᵢ."
    assert formula("<semantics><mi>x</mi><annotation encoding='TeX'>x</annotation></semantics>") == "So x."


def test_what_has_no_form_on_a_line_is_counted():
    matrix = "<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>"
    drawing = "<svg><text>Sea level</text></svg>"

    read = read_html(web_page(f"<p>{HEAT} {matrix} {drawing} <svg><path d='M0 0'/></svg></p>"))

    assert read.remarks == (
        "1 formula is not read: look for it on the page.",
        "The words in 1 drawing are not read: look for them on the page.",
    )
    assert read.blocks[0].text.strip() == HEAT


def test_frames_are_not_read_which_is_said():
    assert "frames" in " ".join(read_html("<frameset><frame src='a.html'></frameset>").remarks)


# what a page says of itself


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("<meta property='article:published_time' content='2019-09-10T08:00:00Z'>", "2019-09-10"),
        ("<meta name='DC.date' content='2019/09'>", "2019-09"),
        ("<meta name='citation_publication_date' content='20190910'>", "2019-09-10"),
        ('<script type=\'application/ld+json\'>{"datePublished": "2019-09-10"}</script>', "2019-09-10"),
        ("<p><time datetime='2019-09-10'>last week</time></p>", "2019-09-10"),
        ("<meta name='date' content='last week'>", None),
        ("", None),
    ],
)
def test_the_date_that_a_page_states(said, date):
    assert read("heat.html", f"<html><head></head><body>{said}<p>{HEAT}</p></body></html>").date == date


# any page at all


def test_unfinished_page_is_read():
    assert read("bare.htm", f"<p>{HEAT}").text == HEAT


def test_scripts_and_styles_of_a_page_are_no_text():
    hidden = "<style>p { color: red }</style><script>var secret = 'not for readers';</script>"

    assert page(f"{hidden}<p>{HEAT}</p>").text == HEAT


def test_tags_that_a_page_writes_about_stay_in_its_text():
    article = f"<article><h1>Tags</h1><p>The &lt;b&gt; element makes letters bold. {HEAT}</p><p>{TIDES}</p></article>"

    assert "The <b> element makes letters bold." in page(article).text


def test_signs_of_a_page_that_mean_something_in_markdown_stay_in_its_text():
    signs = "Read *these* and [those] and `that` as they stand, with 2 * 3 * 4 and file_name_here."

    assert signs in page(f"<article><h1>Signs</h1><p>{signs}</p><p>{HEAT}</p></article>").text


def test_page_in_another_encoding_is_read():
    text = "Океаны хранят большую часть тепла, которое поглощает планета, и отдают его медленно, в течение многих лет."
    html = f"<html><head><meta charset='windows-1251'><title>Тепло</title></head><body><p>{text}</p></body></html>"

    assert read_document("heat.html", html.encode("windows-1251")).text == text


def test_elements_of_xhtml_that_end_at_once_hold_nothing():
    html = "<?xml version='1.0'?><html><body><p>a<script src='x'/>b<s/>c</p></body></html>"

    assert [block.text for block in read_html(html).blocks] == ["abc"]


def test_speakers_of_an_interview_are_kept():
    read = read_html(web_page("<p><b>ANN:</b> Is it warm?<br>BOB: It is.</p><p>ANN: Good.</p>"))

    assert [(block.speaker, block.text) for block in read.blocks] == [
        ("ANN", "ANN: Is it warm?"),
        ("BOB", "BOB: It is."),
        ("ANN", "ANN: Good."),
    ]


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "sup", "q"])
def test_elements_in_each_other_are_read_however_deep(tag):
    assert "The end." in " ".join(texts(f"<p>{HEAT}</p>{f'<{tag}>' * 20_000}The end."))


def test_a_formula_too_deep_to_be_read_is_counted():
    assert read_fragment("<p>So <math>" + "<mrow>" * 20_000 + "x").remarks == (
        "1 formula is not read: look for it on the page.",
    )
