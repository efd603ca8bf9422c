"""Excel and PowerPoint files made for tests, also with what no library writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
from pptx import Presentation

SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_SHEETS = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def excel(fill: Callable[[Any], object]) -> bytes:
    """An Excel file with what `fill` puts into it: its only sheet is called Prices."""
    book = openpyxl.Workbook()
    book.active.title = "Prices"
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet(*rows: Sequence[object]) -> bytes:
    """An Excel file with these rows in its sheet."""

    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(list(row))

    return excel(fill)


def powerpoint(fill: Callable[[Any], object]) -> bytes:
    """A PowerPoint file with what `fill` puts into it."""
    show = Presentation()
    fill(show)
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


def changed(data: bytes, changes: Mapping[str, tuple[str, str]]) -> bytes:
    """A file of Office in whose parts a piece of XML is replaced by another.

    Args:
        data: The file.
        changes: The piece and what replaces it, by the name of the part; an empty piece replaces or adds the part.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in (*old.namelist(), *(name for name in changes if name not in old.namelist())):
            xml = old.read(name) if name in old.namelist() else b""
            if name in changes:
                piece, replacement = changes[name]
                assert piece.encode() in xml, f"{piece} is not in {name}"
                xml = xml.replace(piece.encode(), replacement.encode(), 1) if piece else replacement.encode()
            new.writestr(name, xml)
    return file.getvalue()


def raw_excel(rows: str, strings: Sequence[str] = (), namespace: str = SHEETS) -> bytes:
    """An Excel file as Excel writes it: the rows in XML, in which cells refer to the strings by number."""
    shared = "".join(f"<si>{string if string.startswith('<') else f'<t>{string}</t>'}</si>" for string in strings)
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _references(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{LINKS}"><sheets><sheet name="Prices" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _references(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "/xl/sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{shared}</sst>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return file.getvalue()


def _references(*targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _types() -> str:
    """What kind each part is, which other programs want to know."""
    sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings"))
    inner = "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{sheets}.{kind}+xml"/>' for part, kind in kinds)
    references = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{namespace}">{references}{inner}</Types>'
