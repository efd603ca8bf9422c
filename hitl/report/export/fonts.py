"""Fonts for a PDF: the families of this machine that together have the characters of a text.

hitl brings no font. typst brings a few of its own, which have Latin, Greek and Cyrillic letters; on Streamlit Community
Cloud `packages.txt` installs more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import FontInfo
    from typst import Fonts as Typst

TEXT = ("Noto Sans", "Liberation Sans", "Segoe UI", "Arial", "DejaVu Sans", "Libertinus Serif")
"""Families for running text: the first that there is. typst brings the last one."""
CODE = ("Noto Sans Mono", "Liberation Mono", "Consolas", "DejaVu Sans Mono")
"""The same for code."""
FIRST_TO_TRY = (
    "DejaVu Sans",
    "Noto Sans",
    "Arial Unicode MS",
    "Droid Sans Fallback",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "Segoe UI Symbol",
)
"""Families that have many characters, for what the text family does not have; after these, all others."""
UNPLAIN = ("condensed", "narrow", "display", "icons", "lastresort", "math", "supplement")
"""Words in the names of families that are not for running text; they are not used."""
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x410, 0x44F)]
BUILT_IN = frozenset(chr(code) for first, last in RANGES for code in range(first, last + 1)) | set("–—‘’‚“”„†‡•…‰‹›€™")
"""Characters of the families that typst brings, as far as hitl relies on them."""
PLAIN_WEIGHT = 400
INSTALL = {
    "linux": "apt install fonts-dejavu fonts-noto-core fonts-droid-fallback (Debian, Ubuntu).",
    "other": "install DejaVu Sans and Noto Sans, for example.",
}
"""By `sys.platform`: what has most characters of most scripts."""


@dataclass(frozen=True)
class Fonts:
    """The fonts of one PDF."""

    text: list[str]
    """Families for running text; what the first does not have is looked for in the next."""
    code: list[str]
    """The same for code."""
    characters: frozenset[str]
    """The characters that they have."""


def fonts_for(characters: set[str]) -> Fonts:
    """The families that have some characters, as far as this machine has any that do.

    Args:
        characters: All that a text has.
    """
    faces = plain_faces()
    text = next(family for family in TEXT if family in faces)
    code = next(family for family in CODE if family in faces)
    families, found = [text], characters_of(text)
    for family in _others(faces):
        if characters <= found:
            break
        if new := characters_of(family) & (characters - found):
            families.append(family)
            found |= new
    return Fonts(families, [code, *families], found)


@cache
def typst_fonts() -> Typst:
    """The fonts that typst knows: those of this machine and its own. They are looked for once a process."""
    import typst

    return typst.Fonts()


def plain_faces() -> dict[str, FontInfo]:
    """By family, its upright face of usual weight; families that have none are left out."""
    faces: dict[str, FontInfo] = {}
    for face in typst_fonts().fonts():
        if face.style == "normal" and face.weight == PLAIN_WEIGHT:
            faces.setdefault(face.family, face)
    return faces


@lru_cache(maxsize=1024)
def characters_of(family: str) -> frozenset[str]:
    """The characters that a family has; none when its file cannot be read."""
    face = plain_faces()[family]
    if face.path is None:
        return BUILT_IN
    from fontTools.ttLib import TTFont

    try:
        with TTFont(face.path, lazy=True, fontNumber=face.index) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except Exception:  # a broken font raises anything; it is as good as not there
        return frozenset()


def _others(faces: dict[str, FontInfo]) -> Iterator[str]:
    """Where to look for characters, the known families first."""
    yield from (family for family in FIRST_TO_TRY if family in faces)
    plain = (family for family in sorted(faces) if not any(word in family.lower() for word in UNPLAIN))
    yield from (family for family in plain if family not in FIRST_TO_TRY)


def how_to_get_fonts() -> str:
    """What to install, in a sentence."""
    return "More fonts help: " + INSTALL.get(sys.platform, INSTALL["other"])
