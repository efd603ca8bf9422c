"""Shapes on slides and sheets, and the text in them, from the XML that PowerPoint and Excel share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hitl.research.reading.alternatives import chosen_form
from hitl.research.reading.office.parts import OfficeParts, local_name
from hitl.research.reading.superscripts import NEAR, lowered, raised
from hitl.research.reading.word.equations import in_line
from hitl.research.reading.word.styles import PLAIN, RunLook

SHAPES = frozenset({"sp", "cxnSp", "graphicFrame", "pic", "contentPart"})
CONTAINERS = frozenset({"grpSp", "oneCellAnchor", "twoCellAnchor", "absoluteAnchor"})
STRUCK = frozenset({"sngStrike", "dblStrike"})
COUNTED_FIELDS = ("slidenum", "datetime")
"""How the types of fields begin that show a number or a date of the moment, not what somebody wrote."""
CHART = "{*}graphic/{*}graphicData/{*}chart"

Shift = Literal["", "raised", "lowered"]


def shapes_in(tree: Any) -> Iterator[Any]:
    """The shapes of a slide or a sheet that show, in the order of the file, also those in groups."""
    waiting = [children_of(tree)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif not is_hidden(element):
            name = local_name(element)
            if name in CONTAINERS:
                waiting.append(children_of(element))
            elif name in SHAPES:
                yield element


def children_of(element: Any) -> Iterator[Any]:
    """The elements in an element; of those that the file has in several forms, the one that Office shows."""
    for child in element.iterchildren():
        if local_name(child) == "AlternateContent":
            form = chosen_form(child)
            yield from form.iterchildren() if form is not None else ()
        else:
            yield child


def is_hidden(shape: Any) -> bool:
    properties = shape.find("./*/{*}cNvPr")
    return properties is not None and properties.get("hidden") in ("1", "true")


def paragraphs_of(shape: Any) -> Iterator[Any]:
    """The paragraphs of a shape's text, or of a cell's."""
    body = shape.find("{*}txBody")
    return body.iterchildren("{*}p") if body is not None else iter(())


def text_of(paragraph: Any, sees: Callable[[Any], bool] | None = None) -> str:
    """What shows of a paragraph, with raised and lowered letters as such, without what is struck out.

    Args:
        paragraph: Its element.
        sees: Whether a run with these properties can be seen; if it is not given, all can.
    """
    pieces: list[str] = []
    shift: Shift = ""
    shifted: list[str] = []
    for piece in (*_pieces(paragraph, sees), _Piece("", "")):
        if shifted and piece.shift != shift:
            before = "".join(pieces[-NEAR:])[-NEAR:]
            run = "".join(shifted)
            pieces.append(raised(run, before) if shift == "raised" else lowered(run))
            shifted = []
        shift = piece.shift
        (shifted if shift else pieces).append(piece.text)
    return "".join(pieces)


@dataclass(frozen=True)
class Drawn:
    """What lies over the cells of a sheet."""

    texts: tuple[str, ...] = ()
    """Of text boxes, a text for each paragraph."""
    charts: int = 0


def drawn_on_sheet(parts: OfficeParts, part: str) -> Drawn:
    """The text boxes of a sheet, and how many charts it has."""
    root = parts.root(part)
    if root is None:
        return Drawn()
    shapes = list(shapes_in(root))
    texts = (text_of(paragraph) for shape in shapes for paragraph in paragraphs_of(shape))
    return Drawn(tuple(text for text in texts if text.strip()), sum(shape.find(CHART) is not None for shape in shapes))


@dataclass(frozen=True)
class _Piece:
    text: str
    shift: Shift


def _pieces(paragraph: Any, sees: Callable[[Any], bool] | None) -> Iterator[_Piece]:
    for element in children_of(paragraph):
        name = local_name(element)
        if name == "br":
            yield _Piece("\n", "")
        elif name == "m":
            for equation in element.iter("{*}oMath"):
                yield _Piece(f" {in_line(equation, _plain)} ", "")
        elif name == "r" or (name == "fld" and not element.get("type", "").startswith(COUNTED_FIELDS)):
            properties = element.find("{*}rPr")
            looks = {} if properties is None else properties.attrib
            text = element.findtext("{*}t") or ""
            if looks.get("strike") not in STRUCK and (sees is None or not text.strip() or sees(properties)):
                yield _Piece(text, _shift(looks.get("baseline", "0")))


def _plain(_: Any | None) -> RunLook:
    return PLAIN


def _shift(baseline: str) -> Shift:
    """Where letters stand, by their height in thousandths of a percent of their size."""
    height = baseline.rstrip("%")
    return "" if height.strip("-0.") == "" else "lowered" if height.startswith("-") else "raised"
