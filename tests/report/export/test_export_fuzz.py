"""Whatever stands in a report, every format can be written and read again, and the text is in it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from io import BytesIO
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from typst import Fonts

from hitl.markdown_blocks import FORBIDDEN
from hitl.report.export import export, fonts
from hitl.text import escape_markdown
from tests.report.export.test_export import bundle, text_of_docx, text_of_pdf

FEW = settings().max_examples // 5
"""A PDF takes a quarter of a second; `--hypothesis-profile=thorough` makes ten times as many."""
SCRIPTS = [
    st.text(st.characters(), max_size=60),  # surrogates, control characters and what is not assigned among them
    st.text("שלום עולם ()123 \u05b8", max_size=60),
    st.text("السلام عليكم لا إله ً ، 2025", max_size=60),
    st.text("हिन्दी क्षत्रिय र्म \u200d\u200c ภาษาไทยกำ বাংলা", max_size=60),
    st.text("中文字符日本語한국어。", max_size=60),
    st.text("aé e\u0301 \u200b\u200d\u00ad\ufeff\u202e ﬁ 👩\u200d🔬 🎉", max_size=60),
    st.text("\x00\x08\x0b\x0c\x1b\x85\ufffe\uffff\ud800 a", max_size=30),
    st.text("*_`~[]()<>#|-+>!\\&;\n 1.", max_size=80),
    st.sampled_from(["W" * 400, "a " * 200, "\t\t", "\n", ""]),
]
TEXTS = st.one_of(SCRIPTS)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Markdown with texts of any kind in every place where one can stand."""
    text = st.one_of(TEXTS, TEXTS.map(escape_markdown))
    shapes = st.sampled_from(
        [
            "{}",
            "# {}",
            "###### {}",
            "**{}** *{}*",
            "`{}`",
            "```\n{}\n```",
            "- {}\n  - {}\n    1. {}",
            "> {}\n> > {}",
            "| {} | {} |\n|---|---|\n| {} | {} |",
            "| **{}** | *a*{} |\n|---|---|\n| ~~{}~~ | **{}** [1](#reference-1) |",
            "| a | b | c | d | e | f | g | h | i | j | k |\n|-|-|-|-|-|-|-|-|-|-|-|\n| {} | {} |",
            "[{}](http://a.example/{})",
            "[{}](#reference-1)",
            "![{}]({})",
            "<b>{}</b>",
            "---",
        ]
    )
    parts = draw(st.lists(shapes, min_size=1, max_size=4))
    return "\n\n".join(re.sub(r"\{\}", lambda _: draw(text), part) for part in parts)


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_report_is_written_in_every_format(markdown: str):
    whole = bundle(markdown)

    assert json.loads(export(whole, "json"))["markdown"] == whole.report.markdown
    assert export(whole, "md").decode("utf-8")
    assert "How this report came about" in text_of_docx(export(whole, "docx"))
    assert text_of_pdf(export(whole, "pdf"))


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_report_is_a_pdf_without_any_font(markdown: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "typst_fonts", lambda: Fonts(include_system_fonts=False))
        fonts.characters_of.cache_clear()

        assert text_of_pdf(export(bundle(markdown), "pdf"))
    fonts.characters_of.cache_clear()


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_all_of_a_text_is_there(text: str):
    assume(not any(unicodedata.combining(mark) and not on.isalpha() for on, mark in pairwise(text)))
    whole = bundle(f"{escape_markdown(text)}\n\n- {escape_markdown(text)}")
    written = FORBIDDEN.sub("\ufffd", " ".join(text.split()))

    in_word = "".join(text_of_docx(export(whole, "docx")).split())
    assert in_word.count("".join(written.split())) >= 2

    in_pdf = "".join(page.get_textpage().get_text_range() for page in PdfDocument(export(whole, "pdf")))
    boxes = in_pdf.count("□") + in_pdf.count("?") - 2 * written.count("□") - 2 * written.count("?")
    assert 2 * _lost(written, Counter(_letters(in_pdf))) <= boxes


@settings(max_examples=FEW, deadline=None)
@given(TEXTS)
def test_a_title_of_any_kind_is_a_title(title: str):
    content = export(bundle(title=escape_markdown(title)), "docx")
    assert Document(BytesIO(content)).core_properties.title is not None


def _letters(text: str) -> list[str]:
    """Letters and digits of a text, in whatever shape they are drawn."""
    return [letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter)[0] in "LN"]


def _lost(text: str, found: Counter[str]) -> int:
    """How many letters of a text, or characters that stand for letters, were not found."""
    return sum(any(found[letter] < 2 * text.count(letter) for letter in _letters(character)) for character in text)
