"""A report as a PDF: which characters it shows, what it says of itself, and its blocks on pages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from fpdf.fonts import SubsetMap

from hitl.report.export_account import whole_markdown
from hitl.report.export_blocks import FORBIDDEN, Block, Run, blocks_of
from hitl.report.export_fonts import how_to_get_fonts, load_fonts
from hitl.report.export_pages import Pages, Writer
from hitl.report.export_publication import Publication

BOX = "\u25a1"
"""Stands for a character that no font has; a question mark does where no font has this."""
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""What a page shows nothing of: control characters, marks of direction, variants of a character."""
HINTS = {"\n", "\u00ad", "\u200c", "\u200d"}
"""What says how text is drawn and is not drawn itself: line breaks, soft hyphens, joiners."""
SPACES = re.compile("[\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]")
ARABIC_SHAPES = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters in the shape that they have beside others, which the letters themselves take when they are drawn."""


def write_pdf(publication: Publication) -> bytes:
    """The report and how it came about, as a PDF with text that can be searched, page numbers and links inside it.

    Characters that no font of this machine has are replaced, and a sentence at the top says how many.
    """
    blocks = [block.mapped(_shown) for block in blocks_of(whole_markdown(publication))]
    text = "".join(run.text for block in blocks for run in block.all_runs)
    pdf = Pages()
    pdf.set_title(FORBIDDEN.sub("\ufffd", publication.report.title))
    pdf.set_creator("hitl")
    if publication.decisions:
        pdf.set_creation_date(publication.decisions[-1].at)
    fonts = load_fonts(pdf, {*text, BOX, "•"} - HINTS)
    unknown = set(text) - fonts.characters
    if missing := sum(text.count(character) for character in unknown - HINTS):
        note = _missing_note(missing, fonts.unicode)
        blocks.insert(0, Block("paragraph", (Run(note, italic=True),)))
    box = BOX if BOX in fonts.characters else "?"
    instead = {ord(character): box for character in unknown - HINTS} | {
        ord(hint): None for hint in HINTS - fonts.characters - {"\n"}
    }
    pdf.family = fonts.text
    pdf.add_page()
    Writer(pdf, fonts).write(
        [block.mapped(lambda run: replace(run, text=run.text.translate(instead))) for block in blocks]
    )
    try:
        return bytes(pdf.output())
    finally:  # fpdf2 caches on the class, and would keep every PDF's fonts for ever
        SubsetMap.get_glyph.cache_clear()
        SubsetMap.pick.cache_clear()


def _missing_note(missing: int, has_unicode: bool) -> str:
    some = "1 character of this report is" if missing == 1 else f"{missing:,} characters of this report are"
    why = "in no font of this machine" if has_unicode else "replaced, since this machine has no Unicode font"
    return f"{some} {why}, and shown as a box or a question mark. {how_to_get_fonts()}"


def _shown(run: Run) -> Run:
    """A run of the characters that a page shows of it."""
    text = INVISIBLE.sub("", run.text.replace("\t", " " * 4))
    if not text.isascii():
        text = unicodedata.normalize("NFC", SPACES.sub(" ", text))
        text = ARABIC_SHAPES.sub(lambda shape: unicodedata.normalize("NFKC", shape[0]), text)
    return replace(run, text=text)
