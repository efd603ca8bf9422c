"""How well and how fast the files of a folder are read: `python -m tests.benchmarks.reading FOLDER`.

Each file is read in a process of its own. Where pdftotext (poppler) or the file's own XML tells what it says:

- words: the share of its words that were read;
- order: the share of its runs of three words that stand in what was read, tables and footnotes left out of both sides;
- large: the share of a PDF's large or bold lines that became headings;
- heads: running heads of a PDF that stand inside of a paragraph.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from hitl.research.evidence import Document
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.kinds import KINDS
from hitl.text import count, cut
from tests.benchmarks.reading_reference import Reference, reference_of, words_in

WIDTH = 140
SECONDS = 180
"""Time for one file, its reference included."""
AGAIN = 5.0
"""Seconds up to which a file is read a second time, so that what is imported for the first one is not counted."""
ASIDE = ("row", "footnote")

Item = TypeVar("Item")


@dataclass(frozen=True)
class Figures:
    """What came out of one file; shares are None where nothing tells."""

    name: str
    kind: str
    seconds: float = 0.0
    megabytes: float = 0.0
    """Peak of the memory of its process."""
    pages: int = 0
    words: int = 0
    headings: int = 0
    said: str = ""
    """Its warning, or why it was not read."""
    is_read: bool = True
    all_words: int = 0
    """Words of the reference."""
    words_read: float | None = None
    order_kept: float | None = None
    large_lines: int = 0
    large_read: float | None = None
    """Share of the large lines that became headings."""
    heads_inside: int = 0


def figures_of(path: Path) -> Figures:
    """Read a file in this process and measure it."""
    kind = KINDS[path.suffix.lower()]
    data = path.read_bytes()
    try:
        document, seconds = _timed(path.name, data)
    except UnreadableFile as error:
        return Figures(path.name, kind, said=str(error), is_read=False, megabytes=_peak_megabytes())
    megabytes = _peak_megabytes()
    figures = Figures(
        path.name,
        kind,
        seconds,
        megabytes,
        len(document.pages),
        len(words_in(document.text)),
        len(document.headings),
        document.warning,
    )
    try:
        reference = reference_of(path)
    except Exception as error:  # the libraries raise all kinds of exceptions for files that they do not know
        print(f"{path.name}: no reference ({type(error).__name__}: {error})", file=sys.stderr)
        reference = None
    return figures if reference is None else Figures(**(asdict(figures) | _compared(document, reference)))


def _timed(name: str, data: bytes) -> tuple[Document, float]:
    """A document, and the seconds that reading it takes."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < 2 and seconds[0] < AGAIN):
        began = time.perf_counter()
        document = read_document(name, data)
        seconds.append(time.perf_counter() - began)
    return document, min(seconds)


def _peak_megabytes() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1_000)


def _compared(document: Document, reference: Reference) -> dict[str, float | int | None]:
    read = Counter(words_in(document.text))
    expected = Counter(word for line in reference.lines for word in words_in(line))
    body = [document.text[block.start : block.end] for block in document.blocks if block.kind not in ASIDE]
    aside = [words_in(document.text[block.start : block.end]) for block in document.blocks if block.kind in ASIDE]
    in_order = _trigrams(word for text in body for word in words_in(text))
    lines = _without_those_aside([words_in(line) for line in reference.lines], aside)
    expected_order = _trigrams(word for line in lines for word in line)
    headings = "\n".join(" ".join(words_in(text)) for text in _headings(document))
    large = [" ".join(words_in(line)) for line in reference.large_lines]
    return {
        "all_words": expected.total(),
        "words_read": _share(read, expected),
        "order_kept": _share(in_order, expected_order),
        "large_lines": len(large),
        "large_read": sum(line in headings for line in large) / len(large) if large else None,
        "heads_inside": _heads_inside(document, reference),
    }


def _headings(document: Document) -> Iterator[str]:
    yield document.title
    for heading in document.headings:
        yield document.text[heading.start : heading.end]


def _trigrams(words: Iterable[str]) -> Counter[tuple[str, str, str]]:
    listed = list(words)
    return Counter(zip(listed, listed[1:], listed[2:], strict=False))


def _share(read: Counter[Item], expected: Counter[Item]) -> float | None:
    return (read & expected).total() / expected.total() if expected else None


def _without_those_aside(lines: Sequence[list[str]], aside: Sequence[list[str]]) -> Iterator[list[str]]:
    """The lines that are not wholly inside of a row or of a footnote."""
    rows_with: dict[str, set[int]] = defaultdict(set)
    for index, words in enumerate(aside):
        for word in words:
            rows_with[word].add(index)
    for line in lines:
        rows = [rows_with.get(word, set()) for word in set(line)]
        if not rows or not set.intersection(*rows):
            yield line


def _heads_inside(document: Document, reference: Reference) -> int:
    """How many running heads stand inside of paragraphs, beyond the times that the text itself has their words."""
    paragraphs = [
        " ".join(words_in(document.text[block.start : block.end]))
        for block in document.blocks
        if block.kind not in (*ASIDE, "heading")
    ]
    own = " ".join(word for line in reference.lines for word in words_in(line))
    inside = 0
    for head in (" ".join(words_in(line)) for line in reference.running_heads):
        found = sum(head in paragraph and head != paragraph for paragraph in paragraphs)
        inside += max(0, found - own.count(head))
    return inside


def measured(path: Path) -> Figures:
    """The figures of a file, measured in a process of its own."""
    kind = KINDS[path.suffix.lower()]
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--one", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    except subprocess.TimeoutExpired:
        return Figures(path.name, kind, seconds=SECONDS, said=f"takes more than {SECONDS} s", is_read=False)
    except subprocess.CalledProcessError as error:
        last = str(error.stderr).strip().splitlines()[-1:] or [f"ended with {error.returncode}"]
        return Figures(path.name, kind, said=f"the process failed: {last[0]}", is_read=False)
    sys.stderr.write(done.stderr)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def line_of(figures: Figures) -> str:
    """The figures of a file on one line, and what is said of it on a second."""
    name = cut(figures.name, 38)
    if not figures.is_read:
        return f"{name:38}  NOT READ: {figures.said}"[:WIDTH]
    columns = (
        f"{name:38}",
        f"{figures.seconds:7.2f} s",
        f"{figures.megabytes:5,.0f} MB",
        f"{figures.pages:5,} p.",
        f"{figures.words:9,} words",
        f"{figures.headings:5,} headings",
        f"{_shown(figures.words_read)} {_shown(figures.order_kept)} {_shown(figures.large_read)}",
        f"{figures.heads_inside:3}",
    )
    said = f"\n    {cut(figures.said, WIDTH - 4)}" if figures.said else ""
    return "  ".join(columns)[:WIDTH] + said


def _shown(share: float | None) -> str:
    return "    –" if share is None else f"{share:5.3f}"


def sums_of(all_figures: Sequence[Figures]) -> Iterator[str]:
    """A line of sums for each format; shares are of all its words, lines and files together."""
    by_kind: dict[str, list[Figures]] = defaultdict(list)
    for figures in all_figures:
        by_kind[figures.kind].append(figures)
    for kind, each in sorted(by_kind.items()):
        read = [figures for figures in each if figures.is_read]
        said = [f"{kind}: {count(len(each), 'file')}", f"{len(each) - len(read)} not read"]
        if read:
            said.append(f"slowest {max(figures.seconds for figures in read):.1f} s")
            said.append(f"most {max(figures.megabytes for figures in read):,.0f} MB")
        if per_page := [1000 * figures.seconds / figures.pages for figures in read if figures.pages]:
            said.append(f"{statistics.median(per_page):.1f} ms a page")
        for name, share in (("words", _weighted(read, "words_read")), ("order", _weighted(read, "order_kept"))):
            if share is not None:
                said.append(f"{name} {share:.3f}")
        if large := [figures for figures in read if figures.large_read is not None]:
            lines = sum(figures.large_lines for figures in large)
            found = sum((figures.large_read or 0) * figures.large_lines for figures in large)
            said.append(f"large {found / lines:.2f}")
        if kind == "PDF":
            said.append(f"heads {sum(figures.heads_inside for figures in read)}")
        yield ", ".join(said)[:WIDTH]


def _weighted(read: Sequence[Figures], name: str) -> float | None:
    """The mean of a share, by the words of each file."""
    told = [(getattr(figures, name), figures.all_words) for figures in read if getattr(figures, name) is not None]
    words = sum(number for _, number in told)
    return sum(share * number for share, number in told) / words if words else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file of a folder, and a line of sums for each format."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--one"] and len(given) == 2:
        print(json.dumps(asdict(figures_of(Path(given[1])))))
        return
    if len(given) != 1 or not Path(given[0]).is_dir():
        raise SystemExit("Which folder? python -m tests.benchmarks.reading FOLDER")
    paths = sorted(path for path in Path(given[0]).rglob("*") if path.suffix.lower() in KINDS and path.is_file())
    print(f"{'':95}words order large heads")
    all_figures = []
    for path in paths:
        all_figures.append(measured(path))
        print(line_of(all_figures[-1]), flush=True)
    print()
    for line in sums_of(all_figures):
        print(line)


if __name__ == "__main__":
    main()
