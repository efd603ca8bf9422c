"""How the time of each reader and of each text function grows with hostile texts: `python -m tests.benchmarks.growth`.

The texts are one character or a pair of them over and over, and brackets, lists and elements inside each other. Each
is tried at a tenth of the size and at the whole: what is linear takes ten times as long, what is quadratic a hundred
times. They run in a process that the kernel ends after the time limit: Python hears of no signal inside a pattern. What
counts is the processor's time, so that other work on the machine does not.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.hostile import PAIRS, SIGNS

SIZE = 1_000_000
"""Characters of a text."""
SECONDS = 10.0
"""Seconds of the processor in which it has to be done with."""
MOST_GROWTH = 40.0
"""How many times longer the whole text may take than a tenth of it."""
COUNTS_FROM = 0.2
"""Seconds below which a time says nothing about growth."""
MEMORY = 4_000_000_000
"""Bytes of memory that the process may take."""
SENTENCE = "This is a sentence with enough letters to be quoted by anybody. "
XML_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pattern:
    """A text of any length: a part over and over, and then as many times what closes it."""

    part: str
    closing: str = ""

    def text(self, size: int) -> str:
        """A text of about so many characters."""
        times = max(size // (len(self.part) + len(self.closing)), 1)
        return self.part * times + self.closing * times

    def __str__(self) -> str:
        return ascii(self.part[:30] + ("…" + self.closing[:30] if self.closing else ""))


REPEATED = tuple(map(Pattern, [*SIGNS, *PAIRS]))
NESTED = tuple(
    Pattern(part, closing)
    for part, closing in [
        ("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"), ("「", "」"), ("<", ">"), ("(a ", " b)"),
        ("“A. ", "”"),
        ("a: (", ")."), ("not (", ")"),
    ]
)  # fmt: skip
NESTED_MARKDOWN = (
    *map(Pattern, ["> ", ">", "- ", "1. ", "  - a\n", "> - ", "[", "![", "[a](", "*a **b ", "`` ` ", "<div>", "<b>"]),
    *(Pattern("~~"), Pattern("[", "](a)"), Pattern("![", "](a)"), Pattern("*a _", "_ b*")),
)
NESTED_HTML = tuple(
    Pattern(part, closing)
    for part, closing in [
        ("<div>", ""), ("<div>", "</div>"), ("<b>", ""), ("<p>", ""), ("<b><p>", ""), ("<ul><li>", ""), ("<a>", ""),
        ("<ul><li>a", "</li></ul>"), ("<table><tr><td>", ""), ("<table><tr><td>a", "</td></tr></table>"), ("<h1>", ""),
        ("<span hidden>", ""), ("<details><summary>a</summary>", "</details>"), ("<!--", ""), ("<sup>", ""),
        ("</p>", ""),
        ("<p>a", ""), ("<br>", ""), ("<td>a", ""), ("&amp;", ""), ("<dl><dd>", ""), ("<select><option>", ""),
        ("<i a=", ""),
    ]
)  # fmt: skip
NESTED_WORD = tuple(
    Pattern(part, closing)
    for part, closing in [
        ("<w:p/>", ""), ("<w:p><w:r><w:t>a</w:t></w:r></w:p>", ""),
        ("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"), ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", ""), ("<w:customXml>", "</w:customXml>"),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A reader or a function that gets texts."""

    name: str
    do: Callable[[Any], object]
    """What is timed."""
    patterns: tuple[Pattern, ...] = REPEATED + NESTED
    prepare: Callable[[str], Any] = str
    """Makes of a text what `do` takes."""
    suffix: str = ""
    """Of the files that it reads, if it is a reader."""


def _reader(suffix: str, prepare: Callable[[str], bytes], patterns: Sequence[Pattern]) -> Subject:
    from hitl.research.reading.files import UnreadableFile, read_document
    from hitl.research.reading.limits import ReadLimits

    def read(data: bytes) -> None:
        with contextlib.suppress(UnreadableFile):
            read_document(f"a{suffix}", data, ReadLimits(file_megabytes=200))

    return Subject(f"reader of {suffix}", read, tuple(patterns), prepare, suffix)


def _plain(text: str) -> bytes:
    return (SENTENCE + text).encode()


def _paged(text: str) -> bytes:
    """A PDF whose pages hold the text in lines of 90 characters."""
    letters = (SENTENCE + text).encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(")
    letters = letters.replace(b")", rb"\)").replace(b"\n", b" ").replace(b"\t", b" ")
    lines = [letters[start : start + 90].rstrip(b"\\") for start in range(0, len(letters), 90)]
    pages = [b" T* ".join(b"(%s) Tj" % line for line in lines[at : at + 50]) for at in range(0, len(lines), 50)]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        content = b"BT /F1 8 Tf 72 720 Td 12 TL " + page + b" ET"
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    file = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(file)


def subjects() -> list[Subject]:
    """All readers and text functions; they are imported here, since not every user of this module needs them."""
    from hitl.markdown_blocks import blocks_of
    from hitl.research.asked_parts import asked_parts
    from hitl.research.enclosures import Span
    from hitl.research.evidence import Document
    from hitl.research.reading.blocks import tidy, tidy_lines
    from hitl.research.reading.characters import unseen_in, visible
    from hitl.research.reading.encoding.decoding import decode
    from hitl.research.search.passages import passages_of
    from hitl.research.search.query_terms import content_words
    from hitl.research.search.tokens import terms_of, words_of
    from hitl.research.sentences import leans_on_previous, split_sentences, whole_sentences
    from hitl.text import cut, escape_markdown, humanize, normalize, replace_surrogates, without_addresses
    from tests.research.reading.word_files import paragraph, run, word_file

    def cells(text: str) -> bytes:
        from tests.research.reading.office_files import raw_excel

        lines = (SENTENCE + text).translate(XML_SIGNS).split("\n")
        return raw_excel(
            "".join(
                f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{line}</t></is></c></row>'
                for row, line in enumerate(lines, start=1)
            )
        )

    def document(text: str) -> Document:
        return Document(fingerprint="f", title="A text", location="a.txt", text=" ".join(text.split("\n\n")))

    def slides(text: str) -> bytes:
        from tests.research.reading.office_files import changed

        lines = (SENTENCE + text).translate(XML_SIGNS).split("\n")
        words = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
        return changed(_show(), {"ppt/slides/slide1.xml": ("<a:p><a:r><a:t>WORDS</a:t></a:r></a:p>", words)})

    def word(text: str) -> bytes:
        return word_file("".join(paragraph(run(line.translate(XML_SIGNS))) for line in (SENTENCE + text).split("\n")))

    def word_xml(text: str) -> bytes:
        return word_file(paragraph(run(SENTENCE)) + text)

    return [
        _reader(".txt", _plain, REPEATED + NESTED),
        _reader(".md", _plain, REPEATED + NESTED + NESTED_MARKDOWN),
        _reader(".html", lambda text: b"<html><body><p>" + _plain(text), REPEATED + NESTED + NESTED_HTML),
        _reader(".csv", _plain, REPEATED + NESTED),
        _reader(".docx", word, REPEATED + NESTED),
        _reader(".docx", word_xml, NESTED_WORD),
        _reader(".xlsx", cells, REPEATED),
        _reader(".pptx", slides, REPEATED),
        _reader(".pdf", _paged, REPEATED),
        Subject("decode of odd bytes", _quietly(decode), prepare=lambda text: text.encode("utf-16-le") + b"\xe9\xff"),
        Subject("tidy", tidy),
        Subject("tidy_lines", tidy_lines),
        Subject("visible", visible),
        Subject("unseen_in", unseen_in),
        Subject("split_sentences", split_sentences),
        Subject("whole_sentences", whole_sentences),
        Subject("leans_on_previous", lambda text: leans_on_previous(text, Span(0, len(text)))),
        Subject("passages_of", lambda made: list(passages_of(made)), prepare=document),
        Subject("words_of", words_of),
        Subject("terms_of", terms_of),
        Subject("asked_parts", asked_parts),
        Subject("content_words", lambda text: list(content_words(text))),
        Subject("normalize", normalize),
        Subject("escape_markdown", escape_markdown),
        Subject("without_addresses", without_addresses),
        Subject("replace_surrogates", replace_surrogates),
        Subject("humanize", humanize),
        Subject("cut", lambda text: cut(text, 1000)),
        Subject("blocks_of", blocks_of, REPEATED + NESTED + NESTED_MARKDOWN),
    ]


@cache
def _show() -> bytes:
    """A presentation of one slide."""
    from tests.research.reading.office_files import powerpoint

    return powerpoint(lambda show: setattr(show.slides.add_slide(show.slide_layouts[1]).shapes[0], "text", "WORDS"))


def _quietly(do: Callable[[Any], object]) -> Callable[[Any], object]:
    def done(given: Any) -> None:
        with contextlib.suppress(Exception):  # such as an encoding that is not known
            do(given)

    return done


@dataclass(frozen=True)
class Timing:
    """How long a text took."""

    pattern: str
    tenth: float
    """Seconds for a tenth of it."""
    whole: float | None
    """Seconds for all of it; None if the time limit ended it."""

    @property
    def growth(self) -> float:
        """How many times longer the whole took; 0 if it took too little to tell."""
        if self.whole is None:
            return float("inf")
        return self.whole / max(self.tenth, 1e-4) if self.whole >= COUNTS_FROM else 0.0


@dataclass(frozen=True)
class Result:
    """What was measured of a subject."""

    subject: str
    timings: tuple[Timing, ...]

    @property
    def ended(self) -> list[Timing]:
        """The texts that the time limit ended."""
        return [timing for timing in self.timings if timing.whole is None]

    @property
    def grown(self) -> list[Timing]:
        """The texts that grow faster than the limit."""
        return [timing for timing in self.timings if timing.whole is not None and timing.growth > MOST_GROWTH]

    @property
    def slowest(self) -> Timing:
        return max(self.timings, key=lambda timing: SECONDS if timing.whole is None else timing.whole)

    def __str__(self) -> str:
        fastest_growing = max(self.timings, key=lambda timing: timing.growth)
        slowest, growth = self.slowest, fastest_growing.growth
        longest = f"over {SECONDS:.0f} s" if slowest.whole is None else f"{slowest.whole:.2f} s"
        grows = f"{growth:.1f}-fold with {fastest_growing.pattern}" if growth else "too little to tell"
        verdict = "MISSED" if self.ended or self.grown else "kept"
        bad = "".join(f"\n    ended: {timing.pattern}" for timing in self.ended)
        bad += "".join(f"\n    {timing.growth:.0f}-fold: {timing.pattern}" for timing in self.grown)
        return (
            f"{self.subject}: {len(self.timings)} texts, slowest {longest} with {slowest.pattern}, grows {grows}  "
            f"{verdict}{bad}"
        )


def measured(number: int, size: int = SIZE, seconds: float = SECONDS, every: int = 1) -> Result:
    """Time a subject in processes of their own; a new one goes on where the time limit has ended one.

    Args:
        number: Of the subject in `subjects()`.
        size: Characters of each text.
        seconds: Time limit for each text.
        every: Of the patterns, each how-manieth is tried.
    """
    subject = subjects()[number]
    patterns = subject.patterns[::every]
    timings: list[Timing] = []
    while len(timings) < len(patterns):
        command = [sys.executable, "-m", __spec__.name if __spec__ else "tests.benchmarks.growth", "--one"]
        arguments = [str(each) for each in (number, size, seconds, every, len(timings))]
        ended = subprocess.run([*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        for line in ended.stdout.splitlines():
            tenth, _, whole = line.partition(" ")
            if whole:
                timings[-1] = Timing(timings[-1].pattern, float(tenth), float(whole))
            else:
                timings.append(Timing(str(patterns[len(timings)]), float("nan"), None))
        if ended.returncode not in (0, -signal.SIGPROF):
            raise RuntimeError(f"{subject.name} ended with {ended.returncode} at {patterns[len(timings) - 1]}")
    return Result(subject.name, tuple(timings))


def _measure_here(number: int, size: int, seconds: float, every: int, first: int) -> None:
    """Time the patterns of a subject from one on: a line when a text is begun, and another with its two times."""
    import gc
    import resource

    gc.disable()  # as the process does that reads files
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))
    subject = subjects()[number]
    subject.do(subject.prepare("A first text, for which libraries are loaded."))
    for pattern in subject.patterns[::every][first:]:
        print("begun", flush=True)
        small, large = subject.prepare(pattern.text(size // 10)), subject.prepare(pattern.text(size))
        signal.setitimer(signal.ITIMER_PROF, 2 * seconds)
        tenth = min(_seconds_of(subject.do, small) for _ in range(2))
        signal.setitimer(signal.ITIMER_PROF, seconds)
        whole = _seconds_of(subject.do, large)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(tenth, whole, flush=True)


def _seconds_of(do: Callable[[Any], object], given: Any) -> float:
    began = time.process_time()
    do(given)
    return time.process_time() - began


def results(size: int = SIZE, every: int = 1) -> Iterator[Result]:
    """Time all subjects."""
    for number in range(len(subjects())):
        yield measured(number, size, every=every)


def main() -> None:
    """Print a line for each reader and each function, and one with the sums."""
    all_results = []
    for result in results():
        print(result, flush=True)
        all_results.append(result)
    texts = sum(len(result.timings) for result in all_results)
    ended = sum(len(result.ended) for result in all_results)
    grown = sum(len(result.grown) for result in all_results)
    print(
        f"{len(all_results)} readers and functions, {texts:,} texts of {SIZE:,} characters: {ended} ended after "
        f"{SECONDS:.0f} s, {grown} grow more than {MOST_GROWTH:.0f}-fold  {'MISSED' if ended or grown else 'kept'}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _measure_here(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
    else:
        main()
