"""A report as a PDF, set by typst from one template: see `pdf.typ`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.resources import files
from itertools import pairwise
from typing import Any

from hitl.markdown_blocks import FORBIDDEN, MarkdownBlock, TextRun, anchor_of, blocks_of, runs_right_to_left
from hitl.report.events import Report
from hitl.report.export.bundle import ReportBundle
from hitl.report.export.fonts import fonts_for, how_to_get_fonts, typst_fonts
from hitl.report.export.provenance import ACCOUNT, whole_markdown
from hitl.report.writing.fixed_words import OTHERWISE, FixedWords, fixed_words
from hitl.research.languages import language_of
from hitl.text import GRAPHEME_JOINER, normalize

BOX = "\u25a1"
"""Stands for a character that no font has; a question mark does where no font has this."""
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Characters that a page does not show: control characters, marks of direction, variants of a character."""
HINTS = {"\n", "\u00ad", "\u200b", "\u200c", "\u200d"}
"""Characters that say how text is drawn: line breaks, places for them, soft hyphens, joiners."""
SPACES = re.compile("[\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]")
ARABIC_SHAPES = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters in the shape that they have beside others, which the letters themselves take when they are drawn."""
LONG_WORD = re.compile(
    r"[^\s\u200b\u2e80-\u2fff\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uf900-\ufaff"
    r"\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff71-\uff9d\U00020000-\U0003ffff]{40}(?=\S)"
)
"""Characters after which a word may be broken: typst would let it run over the margin. Chinese and Japanese letters,
which are left out, may be broken anywhere; their punctuation may not."""
ADDRESS = re.compile(r"(?<!\S)[(<\[\"“„«]?(?:https?://|www\.)[\x21-\x7e]{1,50}(?!\S)", re.IGNORECASE)
"""A web address that fits on a line, so that it is not broken, unless many of its letters are wide."""
WIDE = frozenset("mw%@ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MOST_WIDE = 10
MAY_BE_BROKEN = re.compile(f"(?P<address>{ADDRESS.pattern})|{LONG_WORD.pattern}", re.IGNORECASE)
BREAK = "\u200b"
"""A place where a word may be broken; it is not drawn."""
DEEPEST = 8
"""Lists and quotes beyond this depth move no further: there must be room for text."""
MOST_COLUMNS = 10
"""Columns that a page has room for; a wider table is written row by row."""
CONTENTS_FROM = 4
"""Headings from which a report has a table of contents."""
LONG_FROM = 100
"""Blocks from which the parts after a report's text begin on a new page. typst lays out at the same time, on several
cores, what new pages separate."""
MOST_PLACES = 20
"""Places of one reference that a click leads back to, at most."""
KEPT_FOR = 10
"""Documents for which typst keeps what it has worked out for one."""


def write_pdf(bundle: ReportBundle) -> bytes:
    """The report and how it came about as a tagged PDF, with contents, page numbers and links that work both ways.

    Characters that no font of this machine has are replaced, and a sentence at the top says how many.
    """
    blocks = [block.mapped(_shown) for block in blocks_of(whole_markdown(bundle))]
    text = "".join(run.text for block in blocks for run in block.all_runs)
    fonts = fonts_for({*text, BOX, "•"} - HINTS)
    missing = set(text) - fonts.characters - HINTS
    instead = dict.fromkeys(map(ord, missing), BOX if BOX in fonts.characters else "?")
    blocks = [block.mapped(partial(_drawable, instead)) for block in blocks]
    if missing:
        note = _missing_note(sum(text.count(character) for character in missing))
        blocks.insert(0, MarkdownBlock("paragraph", (TextRun(note, italic=True),)))
    words = fixed_words(bundle.report.language)
    report = {
        "title": FORBIDDEN.sub("\ufffd", bundle.report.title),
        "author": f"{bundle.report.model}, with hitl" if bundle.report.model else "hitl",
        "date": _date(bundle),
        "language": _language(bundle.report, words),
        "fonts": {"text": fonts.text, "code": fonts.code},
        "page_of": words.page_of,
        "parts": _parts(blocks, words),
    }
    return _compiled(json.dumps(report))


def _language(report: Report, words: FixedWords) -> str:
    """Code of the language of a report's text; English fixed words may stand in a text of another language."""
    if report.language != OTHERWISE:
        return report.language
    return language_of(report.markdown.partition(f"\n## {words.references}\n")[0])


def _compiled(report: str) -> bytes:
    import typst

    template = files("hitl.report.export").joinpath("pdf.typ").read_bytes()
    compiler = typst.Compiler(font_paths=typst_fonts(), sys_inputs={"report": report})
    for _ in range(KEPT_FOR + 1):  # else it would keep half a gigabyte for each report of a megabyte
        compiler.compile(b"", format="svg")
    content = compiler.compile(template, format="pdf")
    assert isinstance(content, bytes)
    return content


def _missing_note(count: int) -> str:
    some = "1 character of this report is" if count == 1 else f"{count:,} characters of this report are"
    return f"{some} in no font of this machine, and shown as a box or a question mark. {how_to_get_fonts()}"


def _date(bundle: ReportBundle) -> dict[str, int] | None:
    """When the last decision was made, in UTC."""
    if not bundle.decisions:
        return None
    at = bundle.decisions[-1].at
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def _shown(run: TextRun) -> TextRun:
    """A run with the characters that a page shows of it."""
    text = INVISIBLE.sub("", run.text.replace("\t", " " * 4))
    if not text.isascii():
        text = normalize(SPACES.sub(" ", text)).replace(GRAPHEME_JOINER, BREAK)  # a pile of marks takes typst for ever
        text = ARABIC_SHAPES.sub(lambda shape: unicodedata.normalize("NFKC", shape[0]), text)
    return run if text == run.text else replace(run, text=text)


def _drawable(instead: Mapping[int, str], run: TextRun) -> TextRun:
    """A run without the characters that no font has, and with places at which long words may be broken.

    Args:
        instead: What to draw for characters, by their code.
        run: Its characters are those that a page shows.
    """
    text = run.text.translate(instead) if instead else run.text
    text = MAY_BE_BROKEN.sub(_breakable, text)
    return run if text == run.text else replace(run, text=text)


def _breakable(word: re.Match[str]) -> str:
    if word["address"] is None:
        return word[0] + BREAK
    fits = sum(letter in WIDE for letter in word[0]) <= MOST_WIDE
    return word[0] if fits else LONG_WORD.sub(lambda part: part[0] + BREAK, word[0])


# ---- from blocks to the values that the template takes


@dataclass
class _Links:
    """Which citation leads to which heading, and back."""

    headings: Mapping[str, str]
    """The name of a heading in the PDF, by its anchor; of two alike, the last."""
    places: dict[str, list[str]] = field(default_factory=dict)
    """Names of the citations that lead to a heading, by its name."""

    def run(self, run: TextRun, is_repeated: bool = False) -> dict[str, Any] | str:
        """A run as the template takes it.

        Args:
            run: Leads to a heading, or nowhere.
            is_repeated: Whether it is drawn again elsewhere: then nothing leads back to it, since a name is unique.
        """
        target = self.headings.get(run.target, "") if run.target else ""
        names, name = self.places.setdefault(target, []) if target and not is_repeated else None, ""
        if names is not None and len(names) < MOST_PLACES:
            name = f"{target}-{len(names) + 1}"
            names.append(name)
        styles = {"bold": run.bold, "italic": run.italic, "strike": run.strike, "code": run.code}
        if not target and not any(styles.values()):
            return run.text
        return {"text": run.text, "target": target, "name": name, **styles}

    def back_to(self, name: str) -> list[dict[str, str]]:
        """The places from which a heading is cited, for a line below it."""
        return [{"name": place, "text": str(at)} for at, place in enumerate(self.places.get(name, ()), start=1)]


def _parts(blocks: Sequence[MarkdownBlock], words: FixedWords) -> list[dict[str, Any]]:
    """The blocks as the template takes them: a title, contents if there is enough for them, and what follows."""
    names = {number: f"heading-{number}" for number, block in enumerate(blocks) if block.kind == "heading"}
    title = next((number for number in names if blocks[number].level == 1), None)
    links = _Links({blocks[number].anchor: name for number, name in names.items()})
    after_text = map(anchor_of, (words.reworded, words.references, ACCOUNT))
    new_pages = {links.headings.get(anchor) for anchor in after_text} if len(blocks) >= LONG_FROM else ()
    parts = []
    for number, block in enumerate(blocks):
        if block.kind == "table" and len(block.rows[0]) > MOST_COLUMNS:
            rows = [_row_of(block, row) for row in block.rows]
            parts += [_part(row if row is rows[0] else replace(row, bullet=False, number=None), links) for row in rows]
            continue
        if block.kind in ("heading", "rule") and (block.bullet or block.number is not None):
            parts.append(_part(replace(block, kind="paragraph", runs=()), links))  # the marker of its item
        part = _part(block, links)
        if number == title:
            part |= {"kind": "title", "name": names[number]}
        elif block.kind == "heading":
            part |= {"level": max(block.level - 1, 1), "name": names[number], "new_page": names[number] in new_pages}
        parts.append(part)
        if number == title and sum(blocks[other].level == 2 for other in names) >= CONTENTS_FROM:
            parts.append({"kind": "contents", "text": words.contents, "right_to_left": part["right_to_left"]})
    for part in parts:
        if part["kind"] == "heading":
            part["cited"] = links.back_to(part["name"])
            part["back"] = words.back
    return parts


def _part(block: MarkdownBlock, links: _Links) -> dict[str, Any]:
    is_repeated = block.kind == "heading"  # in the table of contents; the head of a table on every page
    runs = _with_citations(block.runs) if block.kind in ("heading", "paragraph") else []
    return {
        "kind": block.kind,
        "text": block.text if block.kind in ("heading", "code") else "",
        "runs": [links.run(run, is_repeated) for run in runs],
        "rows": [
            [[links.run(run, is_repeated=number == 0) for run in cell] for cell in row]
            for number, row in enumerate(block.rows)
        ],
        "marker": "•" if block.bullet else "" if block.number is None else f"{block.number}.",
        "depth": min(block.depth, DEEPEST),
        "quotes": min(block.quotes, DEEPEST),
        "right_to_left": runs_right_to_left("".join(run.text for run in block.all_runs)),
    }


def _with_citations(runs: Sequence[TextRun]) -> list[TextRun]:
    """The same runs; a citation goes to the next line only with the word before it."""
    return [
        replace(run, text=f"{run.text[:-1]}\u00a0") if following.target and run.text.endswith(" ") else run
        for run, following in pairwise([*runs, TextRun("")])
    ]


def _row_of(block: MarkdownBlock, row: Sequence[Sequence[TextRun]]) -> MarkdownBlock:
    """A row of a table that is too wide, as a paragraph."""
    runs = [part for cell in row for part in (TextRun(" | "), *cell)][1:]
    return replace(block, kind="paragraph", rows=(), runs=tuple(runs))
