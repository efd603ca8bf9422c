"""Fonts for a PDF: those of this machine that together have the characters of a text.

No font comes with hitl. On Streamlit Community Cloud `packages.txt` brings some.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpdf import FPDF

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
)
"""Where Linux, macOS and Windows keep fonts."""
FAMILIES = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoSans-BoldItalic.ttf"),
    (
        "LiberationSans-Regular.ttf",
        "LiberationSans-Bold.ttf",
        "LiberationSans-Italic.ttf",
        "LiberationSans-BoldItalic.ttf",
    ),
    ("segoeui.ttf", "segoeuib.ttf", "segoeuii.ttf", "segoeuiz.ttf"),
    ("Arial.ttf", "Arial Bold.ttf", "Arial Italic.ttf", "Arial Bold Italic.ttf"),
    ("Arial.ttf", "arialbd.ttf", "ariali.ttf", "arialbi.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf"),
)
"""What running text is set in: regular, bold, italic, both. The first that is there."""
CODE = (
    "NotoSansMono-Regular.ttf",
    "LiberationMono-Regular.ttf",
    "DejaVuSansMono.ttf",
    "consola.ttf",
    "Courier New.ttf",
)
FALLBACKS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "Arial Unicode.ttf",
    "arialuni.ttf",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "wqy-microhei.ttc",
    "NotoSansCJK-Regular.ttc",
    "msyh.ttc",
    "seguisym.ttf",
)
"""Where characters are looked for that the family does not have; after these, in every other font of the machine."""
SPECIAL = ("bold", "italic", "oblique", "light", "thin", "black", "condensed", "narrow", "emoji", "icons", "lastresort")
"""Words in the names of fonts that are no plain text fonts, and are not searched."""
INSTALL = {
    "linux": "apt install fonts-dejavu fonts-noto-core fonts-droid-fallback (Debian, Ubuntu).",
    "other": "install DejaVu Sans and Noto Sans, for example.",
}
"""By `sys.platform`: what brings most characters of most scripts."""
STYLES = ("", "B", "I", "BI")
"""As fpdf2 calls them, in the order of `FAMILIES`."""
WIDEST = 5000
"""Characters wider than this, in thousandths of their size, are not drawn: they would not fit into a narrow line."""


@dataclass(frozen=True)
class Fonts:
    """The fonts of a PDF."""

    text: str
    """The family for running text, in all four styles."""
    code: str
    """The family for code, in one style."""
    characters: frozenset[str]
    """What can be drawn, in these or in the fonts that stand in for them."""
    unicode: bool = True
    """False when the machine has no font beyond those that every PDF reader knows, which have no more than Western
    European letters."""


def load_fonts(pdf: FPDF, characters: set[str]) -> Fonts:
    """Give a PDF the fonts for some characters, as far as this machine has them.

    Args:
        pdf: Where they are added.
        characters: All that the text has.
    """
    files = font_files()
    paths = _family(files)
    if not paths:
        pdf.core_fonts_encoding = "cp1252"  # what fpdf2 declares them to be in; its default knows no “ and no €
        western = bytes(range(0x20, 0x100)).decode("cp1252", "ignore")
        return Fonts("helvetica", "courier", frozenset(western), unicode=False)
    for style, path in zip(STYLES, paths, strict=True):
        pdf.add_font("text", style, path)
    pdf.add_font(
        "code", "", next((font for name in CODE if (font := files.get(name.lower())) and _writes_latin(font)), paths[0])
    )
    found = _drawn_by(pdf, "text")
    stand_ins = ["text"]
    for path in _others(files):
        if characters <= found:
            break
        if characters_of(path) & (characters - found):
            stand_ins.append(f"other{len(stand_ins)}")
            pdf.add_font(stand_ins[-1], "", path)
            found |= _drawn_by(pdf, stand_ins[-1])
    pdf.set_fallback_fonts(stand_ins, exact_match=False)
    return Fonts("text", "code", frozenset(found))


def _drawn_by(pdf: FPDF, family: str) -> set[str]:
    font: Any = pdf.fonts[family]
    return {chr(code) for code in font.cmap if font.cw[code] <= WIDEST}


def _family(files: Mapping[str, Path]) -> list[Path]:
    """The fonts for running text, by style; a style that is not there is set in the regular one."""
    for names in FAMILIES:
        if (regular := files.get(names[0].lower())) and _writes_latin(regular):
            styled = (files.get(name.lower(), regular) for name in names)
            return [path if _writes_latin(path) else regular for path in styled]
    return next(([path] * len(STYLES) for path in _others(files) if _writes_latin(path)), [])


def font_files() -> dict[str, Path]:
    """The fonts of this machine, by file name in small letters."""
    return {
        name.lower(): Path(folder) / name
        for place in FOLDERS
        for folder, _, names in os.walk(Path(place).expanduser())
        for name in sorted(names)
        if name.lower().endswith((".ttf", ".otf", ".ttc"))
    }


def _others(files: Mapping[str, Path]) -> Iterator[Path]:
    """Where to look for characters, the known fonts first."""
    known = [name.lower() for name in FALLBACKS if name.lower() in files]
    rest = (name for name in sorted(files) if name not in known and not any(word in name for word in SPECIAL))
    yield from (files[name] for name in (*known, *rest))


def _writes_latin(path: Path) -> bool:
    return set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,") <= characters_of(path)


@lru_cache(maxsize=512)
def characters_of(path: Path) -> frozenset[str]:
    """The characters that a font has; none when it cannot be put into a PDF."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            drawable = "glyf" in font or "CFF " in font
            complete = all(table in font for table in ("OS/2", "post", "hhea", "hmtx", "head", "name"))
            coloured = any(table in font for table in ("COLR", "CBDT", "sbix", "SVG "))
            codes = font.getBestCmap() if drawable and complete and not coloured else None
            return frozenset(map(chr, codes or ()))
    except Exception:  # a broken font raises anything; it is as good as not there
        return frozenset()


def how_to_get_fonts() -> str:
    """What to install, in a sentence of ASCII."""
    return "More fonts help: " + INSTALL.get(sys.platform, INSTALL["other"])
