"""CSV files: text in rows and columns, read into blocks, each row with the heads of its columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from hitl.research.reading.blocks import ReadFile, within_limit
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.office.sheet_rows import SheetRow, blocks_of_rows

DELIMITERS = "\t;|,"
"""In the order in which they are preferred if several fit: a comma is also in numbers and in words."""
NAMED_DELIMITER = re.compile(r'\ufeff?"?sep=([^\w"\r\n])"?[ \t]*(?:\r\n|\r|\n)')
"""What Excel writes and takes as the first line: `sep=;`."""
SAMPLE_CHARACTERS = 100_000
SAMPLE_RECORDS = 200
FEWEST_LINES = 3
"""Lines in a cell from which it is looked at whether they are rows, swallowed by a quotation mark that does not end."""


def read_csv(text: str, limits: ReadLimits) -> ReadFile:
    """Read the text of a CSV or TSV file; a row's number is the one that a spreadsheet program shows.

    Raises:
        OverLimit: If the rows with their heads are longer than a document may be.
    """
    csv.field_size_limit(max(csv.field_size_limit(), limits.characters))
    named = NAMED_DELIMITER.match(text)
    delimiter = named[1] if named else _delimiter(text)
    start = named.end() if named else 0
    records = list(_records(text, delimiter, start))
    if _has_swallowed_rows(records, delimiter):
        records = list(_records(text, delimiter, start, csv.QUOTE_NONE))
    blocks = list(within_limit(blocks_of_rows(_rows(records)), limits))
    return ReadFile(blocks, is_titled_by_heading=False)


def _records(text: str, delimiter: str, start: int = 0, quoting: int = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    """The cells of each line, in which quoted cells may have line breaks and delimiters."""
    lines = io.StringIO(text, newline="")
    lines.seek(start)
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=True)  # type: ignore[arg-type]


def _delimiter(text: str) -> str:
    """The delimiter with which most lines have the same number of cells, two or more."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(text[:SAMPLE_CHARACTERS], delimiter))


def _regularity(sample: str, delimiter: str) -> float:
    """Share of the lines that have the commonest number of cells; 0 if that is one."""
    widths = Counter(len(record) for record in islice(_records(sample, delimiter), SAMPLE_RECORDS) if record)
    several = [count for width, count in widths.items() if width > 1]
    return max(several, default=0) / max(widths.total(), 1)


def _has_swallowed_rows(records: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether a cell holds lines that are rows like the others, since a quotation mark in it was no quotation."""
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return False
    usual = widths.most_common(1)[0][0]
    for record in records:
        for cell in record:
            if cell.count("\n") >= FEWEST_LINES and cell.count(delimiter) >= FEWEST_LINES:
                lines = cell.split("\n")
                if 2 * sum(line.count(delimiter) == usual - 1 for line in lines) > len(lines):
                    return True
    return False


def _rows(records: Sequence[Sequence[str]]) -> Iterator[SheetRow]:
    after_gap = False
    for number, record in enumerate(records, start=1):
        cells = {column: cell.strip() for column, cell in enumerate(record, start=1) if cell and not cell.isspace()}
        if cells:
            yield SheetRow(number, cells, after_gap)
        after_gap = not cells
