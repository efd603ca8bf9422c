"""What the style sheets of a page hide, strike out and show again, as a browser applies them."""

from __future__ import annotations

import pytest

from hitl.research.reading.html.cascade import StyleSheets
from hitl.research.reading.html.media import media_applies
from hitl.research.reading.html.page_elements import Steps, TooManySteps
from hitl.research.reading.html.reader import read_html
from hitl.research.reading.html.style_rules import SheetOrder, declarations_in, split_selectors, style_rules

FEE = "The fee is nine euros."
HIDDEN = "1 part of the page is hidden unless something opens it, and not read: look for it on the page."
DOUBTFUL = "1 part of the page is read, though its styles may hide it: compare the words with the page."


def shown(css: str, body: str, attributes: str = "") -> list[str]:
    """The texts of the blocks of a page with a style sheet, without its heading."""
    blocks = read_html(f"<style {attributes}>{css}</style><h1>Rules</h1>{body}").blocks
    return [" ".join(block.text.split()) for block in blocks if not block.is_heading]


def remarks(css: str, body: str) -> tuple[str, ...]:
    return read_html(f"<style>{css}</style><h1>Rules</h1>{body}").remarks


@pytest.mark.parametrize(
    ("css", "body"),
    [
        (".a p { display: none }", "<div class=a><p>no</p></div>"),
        (".a.b { display: none }", "<p class='b a'>no</p>"),
        ("[data-h] { display: none }", "<p data-h=1>no</p>"),
        ("@media screen { .x { display: none } }", "<p class=x>no</p>"),
        ("@media only screen and (min-width: 600px) { .x { display: none } }", "<p class=x>no</p>"),
        ("@supports (display: grid) { .x { display: none } }", "<p class=x>no</p>"),
        (".x > span { text-decoration: line-through }", "<div class=x><span>no</span></div>"),
        ("p:not(.on) { display: none }", "<p>no</p>"),
        (".x :is(p, li) { display: none }", "<div class=x><p>no</p></div>"),
        (".x { & p { display: none } }", "<div class=x><p>no</p></div>"),
        ("p:nth-of-type(2n) { display: none }", "<p>Yes</p><p>no</p>"),
        ("h1 + p { visibility: hidden }", "<p>no</p>"),
        ("tbody > tr.x { display: none }", "<table><tr class=x><td>no<tr><td>Yes</table>"),
        (".x { font: 0/0 a }", "<p class=x>no</p>"),
        (".x { display: none !important } #y.x { display: block }", "<p class=x id=y>no</p>"),
        (".x { display: none !important }", "<p class=x style='display: block'>no</p>"),
        (".x { display: none; display: bogus }", "<p class=x>no</p>"),
        (".sm\\:x { display: none }", "<p class='sm:x'>no</p>"),
        ("i { background: url('a;}{.svg') } .x { display: none }", "<p class=x>no</p>"),
        ("<!-- .x { display: none } -->", "<p class=x>no</p>"),
        (".x { display: none", "<p class=x>no</p>"),
        (".s { text-decoration: line-through }", "<p class=s><i style='text-decoration: none'>no</i></p>"),
        (".x { position: absolute; clip: rect(0, 0, 0, 0) }", "<p class=x>no</p>"),
    ],
)
def test_what_any_selector_hides_or_strikes_out_is_not_read(css, body):
    assert "no" not in shown(css, f"{body}<p>Yes</p>")


@pytest.mark.parametrize(
    ("css", "body"),
    [
        (".c { display: none } .c { display: block }", "<p class=c>yes</p>"),
        (".tab { display: none } .tab.active { display: block }", "<div class='tab active'>yes</div>"),
        (".c { display: none }", "<p class=c style='display: block'>yes</p>"),
        ("ul { font-size: 0 } li { font-size: 14px }", "<ul><li>yes</ul>"),
        (".k { font-size: 0 } .k li { font-size: 1rem }", "<ul class=k><li>yes</ul>"),
        (".v { visibility: hidden } .v p { visibility: visible }", "<div class=v><p>yes</p></div>"),
        ("", "<p style='display: none; display: block'>yes</p>"),
        ("@media print { .x { display: none } }", "<p class=x>yes</p>"),
        ("@media (max-width: 600px) { .x { display: none } }", "<p class=x>yes</p>"),
        ("@media (width < 600px) { .x { display: none } }", "<p class=x>yes</p>"),
        ("@supports not (display: grid) { .x { display: none } }", "<p class=x>yes</p>"),
        (".x { display: none; @media (min-width: 1px) { display: block } }", "<p class=x>yes</p>"),
        ("@layer a, b; @layer b { p { display: block } } @layer a { .x.x { display: none } }", "<p class=x>yes</p>"),
        (".x { display: flex }", "<p class=x hidden>yes</p>"),
        ("p { display: none } .x { display: revert }", "<p class=x>yes</p>"),
        ("p:hover, p::before { display: none }", "<p>yes</p>"),
        ("@keyframes f { from { display: none } } p { animation: f }", "<p>yes</p>"),
        (".p { display: none } #t:checked ~ .p { display: block }", "<input type=radio id=t checked><p class=p>yes"),
        (".s { text-decoration: line-through } .s b { display: inline-block }", "<p class=s>no <b>yes</b></p>"),
        (".x { text-decoration: line-through } p.x { text-decoration: none }", "<p class=x>yes</p>"),
        (".o { position: absolute; left: -9999px } .o.on { left: 0 }", "<p class='o on'>yes</p>"),
        ("", "<!-- <style>p { display: none }</style> --><p>yes</p>"),
        ("", "<noscript><style>p { display: none }</style></noscript><p>yes</p>"),
        ("", "<!--><p>yes</p><style>.x { display: none }</style>"),
    ],
)
def test_what_is_shown_again_is_read(css, body):
    assert "yes" in [word for text in shown(css, body) for word in text.split()]


@pytest.mark.parametrize("media", ["print", "(max-width: 700px)", "not screen"])
def test_a_style_sheet_for_other_readers_hides_nothing(media):
    assert shown("p { display: none }", f"<p>{FEE}</p>", f"media='{media}'") == [FEE]


def test_a_style_sheet_may_stand_behind_what_it_hides():
    assert shown("", f"<p class=x>{FEE}</p><style>.x {{ display: none }}</style><p>Yes</p>") == ["Yes"]


@pytest.mark.parametrize(
    "css",
    [
        "li:last-child { display: none }",
        "ul:has(li) { display: none }",
        "@container (min-width: 1px) { li { display: none } }",
        ".no-js li { display: none }",
        "[v-cloak] li { display: none }",
        "body { display: none !important }",
        "html { visibility: hidden }",
        "li { opacity: 0 }",
        "li { left: -9999px }",
        "li { max-height: 0; overflow: hidden }",
        "li { transform: scale(0) }",
    ],
)
def test_what_may_be_hidden_is_read_and_said(css):
    body = f"<div class=no-js v-cloak><ul><li>{FEE}</li></ul></div>"

    assert shown(css, body) == [FEE]
    assert remarks(css, body) == (DOUBTFUL,)


def test_blocks_that_something_may_open_are_said_and_words_within_a_line_are_not():
    assert remarks(".t { display: none }", f"<div class=t>{FEE}</div><p>Yes</p>") == (HIDDEN,)
    assert remarks(".t { visibility: hidden }", f"<div class=t>{FEE}</div><p>Yes</p>") == (HIDDEN,)
    assert remarks(".t { display: none }", "<p>It is <i class=t>not</i> safe.</p>") == ()
    assert remarks(".t { display: none }", f"<nav class=t>{FEE}</nav><div class=t>Loading…</div><p>Yes</p>") == ()
    assert remarks(".t { display: none }", f"<div class=t><script>{FEE}</script></div><p>Yes</p>") == ()


def test_words_that_styles_add_are_said_and_signs_are_not():
    css = ".n::before { content: 'Not ' } .s::before { content: '» ' } .s::after { content: '\\f101' }"

    assert remarks(css, "<p class=s>safe</p>") == ()
    assert remarks(f"@media print {{ {css} }}", "<p class=n>safe</p>") == ()
    assert remarks(css, "<p class=n>safe</p>") == (
        "The styles of the page add words to it, which are not read: look for them on the page.",
    )


@pytest.mark.parametrize("name", ["mjx-assistive-mml", "span class=katex-mathml", "span class=mwe-math-mathml-inline"])
def test_a_formula_that_is_hidden_for_its_picture_is_read(name):
    css = "mjx-assistive-mml, span { position: absolute; clip: rect(1px, 1px, 1px, 1px) }"

    assert shown(css, f"<p>So <{name}><math><mi>x</mi></math></{name.split()[0]}></p>") == ["So x"]


def test_comments_and_a_page_that_is_not_ready_are_known_in_the_style_of_an_element_too():
    assert shown("", "<p style='/* a */ display: none'>no</p><p>Yes</p>") == ["Yes"]
    assert [block.text for block in read_html(f"<body style='display: none'><p>{FEE}</p>").blocks] == [FEE]


def test_an_empty_element_hides_no_words():
    assert remarks(":empty { display: none }", f"<p>{FEE}</p>") == ()


def test_a_heading_of_several_lines_is_one():
    read = read_html("<style>span { display: block }</style><h1><span>One</span><span>two</span> three</h1>")

    assert [" ".join(block.text.split()) for block in read.blocks] == ["One two three"]


def test_style_sheets_break_lines_and_raise_letters():
    assert shown(".l { display: block }", "<span class=l>One</span><span class=l>two</span>") == ["One", "two"]
    assert shown(".e { vertical-align: super }", "<p>10<span class=e>6</span></p>") == ["10⁶"]


@pytest.mark.parametrize(
    "css",
    [
        "* .a *, .b * { display: none }" * 10_000,
        ", ".join(["p"] * 100_000) + " { display: none }",
    ],
)
def test_of_style_sheets_without_end_the_rest_is_not_applied_which_is_said(css):
    read = read_html(f"<style>{css}</style>" + "<div class=c><p>One <b>two</b></p></div>" * 200 + "<i>three</i>")

    assert "three" in read.blocks[-1].text
    assert "too long to be applied" in read.remarks[-1]


@pytest.mark.parametrize(
    "css",
    ["a{" * 50_000, "/*" * 50_000, "a{b:'" * 50_000, ":not(" * 3000 + "p" + ")" * 3000 + "{display:none}", "}" * 99],
)
def test_broken_style_sheets_hide_nothing(css):
    assert shown(css, f"<p>{FEE}</p>") == [FEE]


def test_elements_that_selectors_look_at_are_counted():
    sheets = StyleSheets.of("<style>.a .b { display: none }</style>")
    sheets.steps = Steps(1000)
    place = None
    for _ in range(999):
        place = sheets.element("div", {}, place)

    assert sheets.style_of(sheets.element("p", {"class": "b"}, place), "").is_hidden is False
    assert (sheets.is_cut, sheets.has_rules) == (True, False)
    with pytest.raises(TooManySteps):
        Steps(1).take(2)


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("", True),
        ("all", True),
        ("print", False),
        ("print, screen", True),
        ("not print", True),
        ("not all and (min-width: 600px)", False),
        ("screen and (min-width: 40em) and (max-width: 100em)", True),
        ("(400px <= width <= 700px)", False),
        ("(orientation: portrait)", False),
        ("(hover)", True),
        ("(prefers-color-scheme: dark)", False),
        ("(min-resolution: 2dppx)", None),
        ("(width: 1.2.3px)", None),
        ("print and (min-resolution: 2dppx)", False),
    ],
)
def test_conditions_hold_as_on_the_screen_of_a_computer(condition, applies):
    assert media_applies(condition) is applies


def test_of_a_style_sheet_only_what_decides_what_shows_is_a_rule():
    [rule] = style_rules(
        "@import url(a.css); a { color: red } b, i:is(.c, .d) { COLOR: red; DISPLAY : None }", SheetOrder()
    )

    assert rule.selectors == ["b", "i:is(.c, .d)"]
    assert {name: declared.value for name, declared in rule.declarations.items()} == {"display": "none"}
    assert split_selectors('a[b=","], c') == ['a[b=","]', "c"]


def test_of_two_declarations_the_last_or_important_one_wins():
    declared = declarations_in(["display: none !important", "display: block", "font: bold 12px/1 Arial", "left:"])

    assert (declared["display"].value, declared["font-size"].value, len(declared)) == ("none", "medium", 2)
