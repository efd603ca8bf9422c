"""Text of others inside Markdown, rendered by a real CommonMark parser."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hitl.markdown_blocks import blocks_of
from hitl.text import escape_lines, escape_markdown, humanize, singular
from tests.markdown import literal

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

NASTY = [
    "![picture](https://example.com/p.png)",
    "[link](https://example.com)",
    "[link][1]",
    "[1]: https://example.com 'title'",
    "<https://example.com>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden -->",
    "costs $5 and $x^2$, or $$\\sum_i$$",
    "# heading",
    "###### Reference 1",
    "heading\n===",
    "heading\n---",
    "1. x",
    "12) x",
    "- x",
    "+ x",
    "* x",
    "> x",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "fish &amp; chips, &#35; and &copy;",
    "back\\slash \\* \\[ \\",
    "**bold** _italic_ ~~struck~~ `code`",
    "```python\nx\n```",
    "~~~",
    "    indented code",
    "---",
    "***",
    "line one  \nline two\\\nline three",
    ":red[colour] and :material/home:",
    "[\\[1\\]](#reference-1)",
    "\\",
    "!",
    "١. x",
    "\u2028# after a line separator",
    "مرحبا *بالعالم*",
    "",
    " \n\t ",
]

PIECES = st.sampled_from([*NASTY, *"\\`*_[]()<>$~|&^{}#+=-!.:;'\"/ \n\t", "1.", "x", "é", "\u00a0"])
TEXTS = st.text() | st.lists(PIECES, max_size=12).map("".join)


def folded(text: str) -> str:
    return " ".join(text.split())


def shown(markdown: str) -> list[Token]:
    """What a page shows of a single paragraph; fails when there is anything but one."""
    tokens = RENDERER.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return tokens[1].children or []


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()])
def test_nasty_text_is_shown_as_it_is(text: str):
    tokens = shown(escape_markdown(text))

    assert {token.type for token in tokens} == {"text"}
    assert "".join(token.content for token in tokens) == folded(text)


@given(TEXTS.filter(lambda text: text.strip()))
@example("1.")
@example("a\\")
def test_any_text_is_one_paragraph_of_plain_text(text: str):
    tokens = shown(escape_markdown(text))

    assert {token.type for token in tokens} == {"text"}
    # CommonMark itself shows a NUL as the replacement character
    assert "".join(token.content for token in tokens) == folded(text).replace("\0", "\ufffd")


@given(TEXTS, TEXTS)
def test_any_text_stays_plain_in_the_middle_of_a_paragraph(before: str, text: str):
    tokens = shown(f"said: {escape_markdown(before)} {escape_markdown(text)} (end)")

    assert {token.type for token in tokens} == {"text"}


@given(TEXTS.filter(lambda text: text.strip()))
@example("What is C #")
def test_any_text_is_shown_whole_in_a_heading(text: str):
    tokens = RENDERER.parse(f"## {escape_markdown(text)}")

    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    children = tokens[1].children or []
    assert "".join(token.content for token in children) == folded(text).replace("\0", "\ufffd")


@given(TEXTS)
def test_literal_gives_back_the_text_on_one_line(text: str):
    assert literal(escape_markdown(text)) == folded(text)


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_stays_nothing(text: str):
    assert escape_markdown(text) == ""


def test_plain_words_are_left_alone():
    assert escape_markdown("Sea level rises by 3.7 mm a year (2019), says the panel.") == (
        "Sea level rises by 3.7 mm a year (2019), says the panel."
    )


def test_a_text_of_several_lines_keeps_them_in_markdown():
    quote = "To adults unless:\n\n- all *others* fail or\n1. for a short time"

    assert escape_lines(quote) == "To adults unless:\\\n\\- all \\*others\\* fail or\\\n1\\. for a short time"
    (block,) = blocks_of(escape_lines(quote))
    assert block.text.splitlines() == [line for line in quote.splitlines() if line]
    (quoted,) = blocks_of(escape_lines(quote, before="> "))
    assert (quoted.quotes, quoted.text) == (1, block.text)
    assert escape_lines("One line.") == "One line."


# ---- names in words


NAMES = {
    "ReviewFindings": "Review findings",
    "review_findings": "Review findings",
    "HITLRequired": "HITL required",
    "MayITravel": "May I travel",
    "OCRDone": "OCR done",
    "OCRResult": "OCR result",
    "A2AReply": "A2A reply",
    "AskUserV2": "Ask user V2",
    "V2Done": "V2 done",
    "Step2OCR": "Step2 OCR",
    "GPT4Answer": "GPT4 answer",
    "H2OLevel": "H2O level",
    "K8sReady": "K8s ready",
    "PDFIsRead": "PDF is read",
    "AllPDFsRead": "All PDFs read",
    "AllIDs": "All IDs",
    "MRIScanOK": "MRI scan OK",
    "DoesMLUseGPU": "Does ML use GPU",
    "AskAHuman": "Ask a human",
    "AHumanIsAsked": "A human is asked",
    "PlanA": "Plan A",
    "AskÄrztin": "Ask ärztin",
    "InputRequiredEvent": "Input required",
    "Event": "Event",
    "__asked__": "Asked",
    "my-trip": "My-trip",
    "质问": "质问",
    "_": "_",
    "": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_said_in_words(name: str):
    assert humanize(name) == NAMES[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [("HITLRequired", "HITL required"), ("ReviewFindings", "review findings"), ("MayITravel", "may I travel")],
)
def test_inside_a_sentence_a_name_begins_small_unless_it_is_an_acronym(name: str, words: str):
    assert humanize(name, inside=True) == words


PARTS = st.sampled_from([*"AIXsabz29_ÄßİΣ", "Event", "OCR", "PDFs", "May", "is", "V2"])


@given(st.lists(PARTS, max_size=8).map("".join) | st.text(max_size=20))
@example("EventEvent")
@example("Event_")
def test_no_letter_and_no_digit_of_a_name_is_lost_or_added(name: str):
    def letters(text: str) -> str:
        return "".join(letter for letter in text.casefold() if letter.isalnum())

    for words in (humanize(name), humanize(name, inside=True)):
        assert letters(words) in (letters(name), letters(name.removesuffix("Event")))
        assert bool(words) == bool(name)


def test_one_of_several_things_has_its_own_word():
    words = ("notes", "entries", "boxes", "addresses", "branches", "glass", "status", "struck", "")
    assert [*map(singular, words)] == ["note", "entry", "box", "address", "branch", "glass", "status", "struck", ""]
