"""What Streamlit has no public call for, in one place, each with its reason."""

from __future__ import annotations

import json
import re

import streamlit as st

from hitl.text import escape_markdown

SHORTHAND = re.compile(r":(?=[\w+/-]+(?::|\\?\[))|[<>~-](?=\\?[-=>])")
"""`:name:`, `:name[`, and what becomes an arrow, a dash or a sign, such as `->` and `>=`."""
RULE = re.compile(r"[\s|:-]*")
WORD_JOINER = "\u2060"


def without_shorthand(markdown: str) -> str:
    """Markdown in which Streamlit's own shorthand stays text.

    Streamlit turns `:red[…]`, `:material/home:`, `:tada:`, `->`, `--` and `>=` into colours, icons and signs
    after Markdown is parsed, and knows no escape for that. An invisible word joiner keeps the signs apart.
    """
    return SHORTHAND.sub(lambda match: match[0] + WORD_JOINER, markdown)


def document_without_shorthand(markdown: str) -> str:
    """The same for a whole document, in which a line of dashes is the rule of a table or a section."""
    lines = markdown.split("\n")
    return "\n".join(line if RULE.fullmatch(line) else without_shorthand(line) for line in lines)


def shown(text: str) -> str:
    """Markdown that shows any text on the page exactly as it is."""
    return without_shorthand(escape_markdown(text))


def show_top(screen: str) -> None:
    """Scroll to the top when another screen is drawn, unless the reader is typing.

    A browser keeps its place on a page that is redrawn, so after the buttons below a long review the reader
    would find the end of what comes next. Streamlit scrolls to the top only between pages of an app. The
    script holds the name of the screen, and is run again when that changes.

    Args:
        screen: What is drawn: the same as long as the reader's place is to be kept.
    """
    is_typing = '["INPUT", "TEXTAREA"].includes(document.activeElement?.tagName)'
    scroll = "document.querySelector('[data-testid=\"stMain\"]')?.scrollTo(0, 0)"  # the element that scrolls
    name = json.dumps(screen).replace("<", "\\u003c")  # an id holds no end of a script, and if it did
    st.html(f"<script>if (!{is_typing}) {scroll}; // {name}\n</script>", unsafe_allow_javascript=True)
