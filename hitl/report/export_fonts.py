"""Fonts for a PDF: those of this machine that together have the characters of a text.

No font comes with hitl. On Streamlit Community Cloud `packages.txt` brings some.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
CODE_STYLE = "code"


@dataclass(frozen=True)
class Face:
    """A font as the PDF knows it."""

    family: str
    style: str
    widths: Mapping[str, float]
    """Of each character that it has, in thousandths of the font's size."""


@dataclass
class Faces:
    """The fonts of a PDF."""

    styles: dict[str, Face]
    """By style; `code` for code."""
    fallbacks: list[Face] = field(default_factory=list)
    unicode: bool = True
    """False when the machine has no font beyond those that every PDF reader knows, which have no more than Western
    European letters."""

    def of(self, character: str, style: str) -> Face | None:
        """The font that has a character; None when none has."""
        return next((face for face in (self.styles[style], *self.fallbacks) if character in face.widths), None)


def load_faces(pdf: FPDF, characters: set[str]) -> Faces:
    """Give a PDF the fonts for some characters, as far as this machine has them.

    Args:
        pdf: Where they are added.
        characters: All that the text has.
    """
    files = font_files()
    paths = _family(files)
    if not paths:
        return _core_faces(pdf)
    styles = {style: _added(pdf, path, "text", style) for style, path in zip(STYLES, paths, strict=True)}
    code = next((path for name in CODE if (path := files.get(name.lower())) and _writes_latin(path)), None)
    styles[CODE_STYLE] = _added(pdf, code, "code") if code else styles[""]
    faces = Faces(styles, [styles[""]])
    missing = characters - styles[""].widths.keys()
    for number, path in enumerate(_others(files)):
        if not missing:
            break
        if found := missing & characters_of(path):
            faces.fallbacks.append(_added(pdf, path, f"other{number}"))
            missing -= found
    return faces


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
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            drawable = "glyf" in font or "CFF " in font
            complete = all(table in font for table in ("OS/2", "post", "hhea", "hmtx", "head", "name"))
            coloured = any(table in font for table in ("COLR", "CBDT", "sbix", "SVG "))
            codes = font.getBestCmap() if drawable and complete and not coloured else None
            return frozenset(map(chr, codes or ()))
    except Exception:  # a broken font raises anything; it is as good as not there
        return frozenset()


def _added(pdf: FPDF, path: Path, family: str, style: str = "") -> Face:
    pdf.add_font(family, style, path)
    font: Any = pdf.fonts[family + style]
    return Face(family, style, {chr(code): font.cw[code] for code in font.cmap})


def _core_faces(pdf: FPDF) -> Faces:
    """The fonts that every PDF reader knows by itself."""
    pdf.core_fonts_encoding = "cp1252"  # what fpdf2 declares them to be in; its default knows no “ and no €
    styles = {style: ("Helvetica", style) for style in STYLES} | {CODE_STYLE: ("Courier", "")}
    western = {bytes([code]).decode("cp1252", "ignore"): chr(code) for code in range(0x20, 0x100)}
    faces = {}
    for name, (family, style) in styles.items():
        pdf.set_font(family, style)
        core: Any = pdf.current_font
        widths = core.cw
        faces[name] = Face(family, style, {real: widths[stored] for real, stored in western.items() if real})
    return Faces(faces, unicode=False)


def how_to_get_fonts() -> str:
    """What to install, in a sentence of ASCII."""
    return "More fonts help: " + INSTALL.get(sys.platform, INSTALL["other"])
