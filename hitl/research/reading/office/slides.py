"""PowerPoint files, read into blocks: the text of each slide under its title, then its notes.

The XML is read as it stands: python-pptx leaves out shapes for which the file has a newer and an older form, and the
text of SmartArt, and knows nothing of raised, lowered and struck-out letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hitl.research.reading.blocks import Block, ReadFile, heading, within_limit
from hitl.research.reading.colors import UNKNOWN, ground_of
from hitl.research.reading.limits import OverLimit, ReadLimits
from hitl.research.reading.office.drawing import (
    CHART,
    children_of,
    is_hidden,
    paragraphs_of,
    shapes_in,
    text_of,
)
from hitl.research.reading.office.parts import OfficeParts, Reference, attribute, local_name
from hitl.research.reading.office.slide_colors import (
    Sight,
    background_of,
    own_fill,
    slide_scheme,
    usual_ink,
)
from hitl.research.reading.table_rows import LONGEST_HEAD, rows_as_blocks
from hitl.research.reading.word.number_forms import in_form
from hitl.text import count

UNREAD_PLACES = frozenset({"sldNum", "dt", "ftr", "hdr"})
"""Placeholders of the number, the date, the foot and the head, which stand on every slide."""
TITLES = frozenset({"title", "ctrTitle"})
BULLETS = frozenset({"buNone", "buChar", "buAutoNum", "buBlip"})
GRAPHIC = "{*}graphic/{*}graphicData"
SAME_ROW = 0.05
"""Share of the slide's height by which the tops of shapes beside each other may differ."""
USUAL_SIZE = (9_144_000, 6_858_000)
"""Width and height of a slide, in units of which an inch has 914,400."""
FORMS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
"""How lists count, by the beginning of its name in PowerPoint and by its name in Word."""
ENDS = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}", "Minus": "- {} -"}
"""What stands around a number, by the end of the name."""


def read_pptx(data: bytes, limits: ReadLimits) -> ReadFile:
    """Read a PowerPoint file.

    Raises:
        OverLimit: If it has more slides or more text than a document may have.
        Exception: If it is damaged; the archive and its XML raise all kinds of exceptions.
    """
    parts = OfficeParts(data)
    main = next((each.part for each in parts.references("") if each.kind == "officeDocument"), "ppt/presentation.xml")
    show = _Show.of(parts, main)
    if len(show.slides) > limits.pages:
        raise OverLimit(f"holds more than {count(limits.pages, 'slide')}")
    unread = _Unread()
    blocks = list(within_limit(_blocks(show, unread), limits))
    return ReadFile(blocks, remarks=unread.remarks(), page_word="slide")


@dataclass
class _Unread:
    """What is met and not read."""

    hidden: list[int] = field(default_factory=list)
    """Numbers of slides."""
    pictures: list[int] = field(default_factory=list)
    """Numbers of slides that have pictures and no text."""
    charts: int = 0
    beside: int = 0
    """Shapes with text that stand outside of their slide."""
    comments: int = 0
    unseen: int = 0
    """Runs that their colours or their size do not let show."""

    def remarks(self) -> tuple[str, ...]:
        said = []
        if self.hidden:
            them = "it" if len(self.hidden) == 1 else "them"
            unhide = f"unhide {them}, and add the file again, to have {them} read"
            said.append(f"{_numbered(self.hidden)} hidden and not read: {unhide}.")
        if self.pictures:
            recognise = "save the file as a PDF, run text recognition (OCR) on that, and add it"
            said.append(f"{_numbered(self.pictures)} made of pictures and not read: {recognise}.")
        if self.charts:
            is_one = self.charts == 1
            read = "chart is read by its title only" if is_one else "charts are read by their titles only"
            said.append(f"{self.charts:,} {read}: look at {'it' if is_one else 'them'} in the file.")
        if self.beside:
            boxes = "shape beside its slide is" if self.beside == 1 else "shapes beside their slides are"
            said.append(
                f"{self.beside:,} {boxes} not read: look for {'it' if self.beside == 1 else 'them'} in the file."
            )
        if self.comments:
            are, them = ("is", "it") if self.comments == 1 else ("are", "them")
            said.append(f"{count(self.comments, 'comment')} {are} not read: look at {them} in the file.")
        if self.unseen:
            passages, them = ("passage", "it") if self.unseen == 1 else ("passages", "them")
            are = "is" if self.unseen == 1 else "are"
            said.append(
                f"{self.unseen:,} {passages} in tiny letters, or of the colour of what is behind them, {are} not read: "
                f"look for {them} in the file."
            )
        return tuple(said)


def _numbered(numbers: Sequence[int]) -> str:
    """Slides by their numbers, with their verb: `Slides 3 to 5 and 8 are`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    listed = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    return f"Slide {listed} is" if len(numbers) == 1 else f"Slides {listed} are"


@dataclass(frozen=True)
class _Place:
    """A placeholder: what kind it is, and which one of its kind on the slide."""

    kind: str
    index: str

    @classmethod
    def of(cls, shape: Any) -> _Place | None:
        place = shape.find("./*/{*}nvPr/{*}ph")
        return None if place is None else cls(place.get("type", "obj"), place.get("idx", "0"))


@dataclass(frozen=True)
class _Model:
    """A layout or a master: what its placeholders hand down to those of a slide."""

    styles: Mapping[str, Any]
    """How the lists of a placeholder look, by its index and by its kind."""
    body: Any
    """How lists look in the body of a slide; None in a layout."""
    root: Any = None
    part: str = ""

    @classmethod
    def of(cls, root: Any, part: str) -> _Model:
        styles: dict[str, Any] = {}
        tree = None if root is None else root.find("{*}cSld/{*}spTree")
        for shape in () if tree is None else shapes_in(tree):
            style = shape.find("{*}txBody/{*}lstStyle")
            if style is not None and (place := _Place.of(shape)):
                styles.setdefault(place.index, style)
                styles.setdefault(place.kind, style)
        return cls(styles, None if root is None else root.find("{*}txStyles/{*}bodyStyle"), root, part)


@dataclass(frozen=True)
class _Show:
    """A presentation."""

    parts: OfficeParts
    slides: Sequence[str]
    """Names of the parts of its slides, in order; empty for one that is missing."""
    width: int
    height: int
    models: dict[str, tuple[_Model, ...]] = field(default_factory=dict)
    """The layout and its master, by the name of the layout's part."""
    themes: dict[str, Any] = field(default_factory=dict)
    """The root of the theme of a master, by the name of the master's part."""

    @classmethod
    def of(cls, parts: OfficeParts, main: str) -> _Show:
        root = parts.root(main)
        by_id = {each.id: each.part for each in parts.references(main)}
        slides = [] if root is None else root.findall("{*}sldIdLst/{*}sldId")
        size = None if root is None else root.find("{*}sldSz")
        width, height = USUAL_SIZE if size is None else (int(size.get("cx")), int(size.get("cy")))
        return cls(parts, [by_id.get(_reference_id(slide), "") for slide in slides], width, height)

    def models_of(self, references: Sequence[Reference]) -> tuple[_Model, ...]:
        layout = next((each.part for each in references if each.kind == "slideLayout"), "")
        if layout not in self.models:
            master = next((each.part for each in self.parts.references(layout) if each.kind == "slideMaster"), "")
            self.models[layout] = (
                _Model.of(self.parts.root(layout), layout),
                _Model.of(self.parts.root(master), master),
            )
        return self.models[layout]

    def theme_of(self, master: str) -> Any:
        """The root of the theme of a master; None if it has none."""
        if master not in self.themes:
            part = next((each.part for each in self.parts.references(master) if each.kind == "theme"), "")
            self.themes[master] = self.parts.root(part)
        return self.themes[master]


def _reference_id(slide: Any) -> str:
    """The reference of a slide: it has two attributes named `id`, and one is in a namespace."""
    return next((value for key, value in slide.attrib.items() if key.endswith("}id")), "")


def _blocks(show: _Show, unread: _Unread) -> Iterator[Block]:
    for number, part in enumerate(show.slides, start=1):
        root = show.parts.root(part)
        if root is None:
            continue
        if root.get("show") in ("0", "false"):
            unread.hidden.append(number)
            continue
        references = show.parts.references(part)
        for each in references:
            if each.kind == "comments":
                unread.comments += sum(1 for _ in show.parts.elements(each.part, "cm"))
        tree = root.find("{*}cSld/{*}spTree")
        if tree is not None:
            yield from _Slide(show, number, references, unread, root).blocks(tree)


@dataclass(frozen=True)
class _Slide:
    show: _Show
    number: int
    references: Sequence[Reference]
    unread: _Unread
    root: Any

    @cached_property
    def _layers(self) -> list[Any]:
        """The roots of the slide, its layout and its master."""
        roots = (self.root, *(model.root for model in self.show.models_of(self.references)))
        return [root for root in roots if root is not None]

    @cached_property
    def _scheme(self) -> Mapping[str, str]:
        master = self.show.models_of(self.references)[-1]
        is_remapped = any(root.find("{*}clrMapOvr/{*}overrideClrMapping") is not None for root in self._layers)
        return slide_scheme(self.show.theme_of(master.part), master.root, is_remapped)

    @cached_property
    def _background(self) -> str:
        return background_of(self._layers, self._scheme)

    @cached_property
    def _covers(self) -> list[Any]:
        """The shapes of the slide, its layout and its master that can be behind letters of others."""
        trees = [tree for root in self._layers if (tree := root.find("{*}cSld/{*}spTree")) is not None]
        shapes = [shape for tree in trees for shape in shapes_in(tree)]
        return [each for each in shapes if local_name(each) != "sp" or own_fill(each, self._scheme) is not None]

    def _ground(self, shape: Any) -> str:
        """The colour behind the letters of a shape."""
        fill = own_fill(shape, self._scheme)
        if fill is not None:
            return fill
        area = _area(shape)
        is_alone = local_name(shape.getparent()) == "spTree" and all(
            area is not None and (other := _area(each)) is not None and _are_apart(area, other) for each in self._covers
        )
        return self._background if is_alone else UNKNOWN

    def _seen_text(self, paragraph: Any, ground: str, styles: Sequence[Any] = ()) -> str:
        """What can be seen of a paragraph; what cannot is counted."""
        sight = Sight(self._scheme, ground, usual_ink(paragraph, styles, self._scheme))

        def sees(properties: Any) -> bool:
            is_seen = sight.sees(properties)
            self.unread.unseen += not is_seen
            return is_seen

        return text_of(paragraph, sees)

    @cached_property
    def _parts_by_id(self) -> Mapping[str, str]:
        return {each.id: each.part for each in self.references}

    def blocks(self, tree: Any) -> Iterator[Block]:
        """The title, the placeholders in their order, the other shapes from top to bottom, and the notes."""
        titles: list[Any] = []
        places: list[Any] = []
        others: list[Any] = []
        for shape in children_of(tree):
            place = _Place.of(shape)
            if is_hidden(shape) or (place and place.kind in UNREAD_PLACES):
                continue
            if self._is_beside(shape):
                self.unread.beside += any(_has_text(each) for each in _with_members(shape))
            elif place:
                (titles if place.kind in TITLES else places).append(shape)
            else:
                others.append(shape)
        shapes = [each for shape in (*places, *self._in_rows(others)) for each in _with_members(shape)]
        title = "\n".join(
            self._seen_text(paragraph, self._ground(shape), self._list_styles(shape))
            for shape in titles
            for paragraph in paragraphs_of(shape)
        )
        is_empty = not title.strip()
        if not is_empty:
            yield heading(title, page=self.number)
        for shape in shapes:
            for block in self._shape_blocks(shape):
                is_empty = is_empty and not block.text.strip()
                yield block
        if is_empty and any(local_name(shape) == "pic" for shape in shapes):
            self.unread.pictures.append(self.number)
        yield from self._notes()

    def _is_beside(self, shape: Any) -> bool:
        """Whether a shape stands wholly outside of the slide, where only those who make the slide see it."""
        area = _area(shape)
        if area is None:
            return False
        left, top, width, height = area
        return left + width <= 0 or top + height <= 0 or left >= self.show.width or top >= self.show.height

    def _in_rows(self, shapes: Sequence[Any]) -> Iterator[Any]:
        """Shapes from top to bottom, and those at the same height from left to right."""
        placed = sorted(
            (_Placed(shape, *(_area(shape) or (0, 0, 0, 0))[:2]) for shape in shapes), key=lambda it: it.top
        )
        row: list[_Placed] = []
        for each in placed:
            if row and each.top > row[0].top + SAME_ROW * self.show.height:
                yield from _from_left(row)
                row = []
            row.append(each)
        yield from _from_left(row)

    def _shape_blocks(self, shape: Any) -> Iterator[Block]:
        graphic = shape.find(GRAPHIC)
        if graphic is None:
            yield from self._text_blocks(shape, self._list_styles(shape), self._ground(shape))
        elif (table := graphic.find("{*}tbl")) is not None:
            looks = table.find("{*}tblPr")
            has_head = True if looks is not None and looks.get("firstRow") == "1" else None
            yield from rows_as_blocks(self._rows(table), has_head, page=self.number)
        elif (chart := shape.find(CHART)) is not None:
            self.unread.charts += 1
            root = self._referred(attribute(chart, "id"))
            title = None if root is None else root.find("{*}chart/{*}title/{*}tx/{*}rich")
            for paragraph in () if title is None else title.iterchildren("{*}p"):
                yield Block(text_of(paragraph), page=self.number)
        elif (diagram := graphic.find("{*}relIds")) is not None:
            yield from self._diagram_blocks(self._referred(attribute(diagram, "dm")))

    def _text_blocks(self, shape: Any, styles: Sequence[Any] = (), ground: str = UNKNOWN) -> Iterator[Block]:
        numbers = _ListNumbers()
        for paragraph in paragraphs_of(shape):
            looks = paragraph.find("{*}pPr")
            level = 0 if looks is None else int(looks.get("lvl", 0))
            bullet = _bullet(looks, level, styles)
            text = self._seen_text(paragraph, ground, styles)
            if not text.strip():
                continue
            number = numbers.next(level, bullet)
            is_item = bullet is not None and local_name(bullet) != "buNone"
            yield Block(
                f"{number} {text}" if number else text, "item" if is_item else "paragraph", level * is_item, self.number
            )

    def _list_styles(self, shape: Any) -> list[Any]:
        """How the lists in a shape look, the nearest first: its own styles, its layout's and its master's."""
        own = shape.find("{*}txBody/{*}lstStyle")
        styles = [] if own is None else [own]
        place = _Place.of(shape)
        if place is None:
            return styles
        layout, master = self.show.models_of(self.references)
        styles += [layout.styles[key] for key in (place.index,) if key in layout.styles]
        styles += [master.styles[key] for key in (place.kind, "body") if key in master.styles][:1]
        return styles if master.body is None or place.kind in TITLES else [*styles, master.body]

    def _rows(self, table: Any) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in table.iterchildren("{*}tr"):
            cells: list[str] = []
            for column, cell in enumerate(row.iterchildren("{*}tc")):
                ground = ground_of(cell.find("{*}tcPr"), self._scheme) or UNKNOWN
                lines = (self._seen_text(paragraph, ground) for paragraph in paragraphs_of(cell))
                text = "\n".join(filter(str.strip, lines))
                if cell.get("vMerge") == "1" and rows and column < len(rows[-1]):
                    above = rows[-1][column]
                    text = above if len(above) <= LONGEST_HEAD else ""
                cells.append("" if cell.get("hMerge") == "1" else text)
            rows.append(cells)
        return rows

    def _diagram_blocks(self, model: Any) -> Iterator[Block]:
        """The text of SmartArt, each point after the one that it belongs to."""
        if model is None:
            return
        points = {point.get("modelId"): point for point in model.iterfind("{*}ptLst/{*}pt")}
        members: dict[str, list[tuple[int, str]]] = {}
        for link in model.iterfind("{*}cxnLst/{*}cxn"):
            if link.get("type", "parOf") == "parOf":
                members.setdefault(link.get("srcId"), []).append((int(link.get("srcOrd", 0)), link.get("destId")))
        waiting = [(key, -1) for key, point in points.items() if point.get("type") == "doc"]
        met: set[str] = set()
        while waiting:
            key, level = waiting.pop()
            if key in met or key not in points:
                continue
            met.add(key)
            text = points[key].find("{*}t")
            for paragraph in () if text is None else text.iterchildren("{*}p"):
                yield Block(text_of(paragraph), "item", max(level, 0), self.number)
            waiting += [(each, level + 1) for _, each in sorted(members.get(key, ()), reverse=True)]

    def _notes(self) -> Iterator[Block]:
        part = next((each.part for each in self.references if each.kind == "notesSlide"), "")
        root = self.show.parts.root(part)
        tree = None if root is None else root.find("{*}cSld/{*}spTree")
        is_first = True
        for shape in () if tree is None else shapes_in(tree):
            place = _Place.of(shape)
            if place is None or place.kind != "body":
                continue
            for block in self._text_blocks(shape):
                if is_first:
                    yield heading("Notes", level=2, page=self.number)
                is_first = False
                yield block

    def _referred(self, reference_id: str) -> Any:
        """The root of a part that the slide refers to; None if there is none."""
        return self.show.parts.root(self._parts_by_id.get(reference_id, ""))


@dataclass(frozen=True)
class _Placed:
    shape: Any
    left: int
    top: int


def _from_left(row: list[_Placed]) -> Iterator[Any]:
    return (each.shape for each in sorted(row, key=lambda each: each.left))


def _with_members(shape: Any) -> Sequence[Any]:
    """The shapes of a group, or the shape itself."""
    return list(shapes_in(shape)) if local_name(shape) == "grpSp" else [shape]


def _has_text(shape: Any) -> bool:
    return any(text_of(paragraph).strip() for paragraph in paragraphs_of(shape))


def _area(shape: Any) -> tuple[int, int, int, int] | None:
    """Left, top, width and height of a shape that says where it stands."""
    place = next(
        (
            each
            for path in ("{*}spPr/{*}xfrm", "{*}grpSpPr/{*}xfrm", "{*}xfrm")
            if (each := shape.find(path)) is not None
        ),
        None,
    )
    start, size = (None, None) if place is None else (place.find("{*}off"), place.find("{*}ext"))
    if start is None or size is None:
        return None
    return int(start.get("x")), int(start.get("y")), int(size.get("cx")), int(size.get("cy"))


def _are_apart(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether two areas have nothing in common; each is its left, top, width and height."""
    left, top, width, height = one
    other_left, other_top, other_width, other_height = other
    return (
        left + width <= other_left
        or other_left + other_width <= left
        or top + height <= other_top
        or other_top + other_height <= top
    )


def _bullet(looks: Any, level: int, styles: Sequence[Any]) -> Any:
    """What stands before a paragraph, by the nearest of its styles that says so; None if none does."""
    for style in (looks, *(style.find(f"{{*}}lvl{level + 1}pPr") for style in styles)):
        for element in () if style is None else style:
            if local_name(element) in BULLETS:
                return element
    return None


class _ListNumbers:
    """Counts the numbered paragraphs of a shape, level by level."""

    def __init__(self) -> None:
        self._counted: dict[int, tuple[str, int]] = {}

    def next(self, level: int, bullet: Any) -> str:
        """The number that stands before a paragraph; empty if none does.

        A list goes on after deeper levels, and begins again after another paragraph of its own level or a higher one.
        """
        self._counted = {each: value for each, value in self._counted.items() if each <= level}
        if bullet is None or local_name(bullet) != "buAutoNum":
            self._counted.pop(level, None)
            return ""
        kind = bullet.get("type", "arabicPeriod")
        before_kind, before = self._counted.get(level, ("", 0))
        number = before + 1 if before_kind == kind else int(bullet.get("startAt", 1))
        self._counted[level] = (kind, number)
        form = next((form for start, form in FORMS.items() if kind.startswith(start)), "decimal")
        around = next((around for end, around in ENDS.items() if kind.endswith(end)), "{}.")
        return around.format(in_form(number, form) or number)
