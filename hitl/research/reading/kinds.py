"""What kind of file it is, by its name and by its content."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from hitl.characters import visible

KINDS = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".xlsm": "Excel",
    ".pptx": "PowerPoint",
    ".pptm": "PowerPoint",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".md": "Markdown",
    ".markdown": "Markdown",
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".srt": "text",
    ".vtt": "text",
}
"""Format of a file by its suffix."""

_TO_DOCX = "Save it as .docx, then add it again."
_TO_XLSX = "Save it as .xlsx, then add it again."
_TO_PPTX = "Save it as .pptx, then add it again."
_TO_PDF = "Save it as a PDF, then add it again."
_PICTURE = "is a picture. Run text recognition (OCR) on it, and add the PDF that comes of it."
_ARCHIVE = "is an archive. Unpack it, and add its files."
_SOUND = "holds sound or film. Add a transcript of it."

UNREAD_KINDS = {
    ".doc": f"is a Word file in the old format (.doc). {_TO_DOCX}",
    ".docm": f"is a Word file with macros. {_TO_DOCX}",
    ".dot": f"is a Word template. {_TO_DOCX}",
    ".dotx": f"is a Word template. {_TO_DOCX}",
    ".odt": f"is an OpenDocument text (LibreOffice). {_TO_DOCX}",
    ".pages": f"is an Apple Pages file. {_TO_DOCX}",
    ".rtf": f"is a Rich Text file. {_TO_DOCX}",
    ".wpd": f"is a WordPerfect file. {_TO_DOCX}",
    ".xls": f"is an Excel file in the old format (.xls). {_TO_XLSX}",
    ".xlsb": f"is a binary Excel file. {_TO_XLSX}",
    ".xltx": f"is an Excel template. {_TO_XLSX}",
    ".ods": f"is an OpenDocument sheet (LibreOffice). {_TO_XLSX}",
    ".numbers": f"is an Apple Numbers file. {_TO_XLSX}",
    ".ppt": f"is a PowerPoint file in the old format (.ppt). {_TO_PPTX}",
    ".pps": f"is a PowerPoint file in the old format (.ppt). {_TO_PPTX}",
    ".ppsx": f"is a PowerPoint show. {_TO_PPTX}",
    ".potx": f"is a PowerPoint template. {_TO_PPTX}",
    ".odp": f"is an OpenDocument presentation (LibreOffice). {_TO_PPTX}",
    ".key": f"is an Apple Keynote file. {_TO_PPTX}",
    ".epub": f"is an electronic book. {_TO_PDF}",
    ".mobi": f"is an electronic book. {_TO_PDF}",
    ".azw3": f"is an electronic book. {_TO_PDF}",
    ".ps": f"is a PostScript file. {_TO_PDF}",
    ".xps": f"is an XPS file. {_TO_PDF}",
    ".djvu": f"is a DjVu file. {_TO_PDF}",
    ".eml": f"is a mail. {_TO_PDF}",
    ".msg": f"is a mail. {_TO_PDF}",
    ".mht": f"is a web archive. {_TO_PDF}",
    ".mhtml": f"is a web archive. {_TO_PDF}",
    ".webarchive": f"is a web archive. {_TO_PDF}",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".svg"), _PICTURE),
    **dict.fromkeys((".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"), _ARCHIVE),
    **dict.fromkeys((".mp3", ".m4a", ".wav", ".ogg", ".flac", ".mp4", ".mov", ".avi", ".mkv", ".webm"), _SOUND),
}
"""What to do with a file that hitl does not read, by its suffix; each goes on after the file's name."""

_MAIN_PARTS = (("word/document", "Word"), ("xl/workbook", "Excel"), ("ppt/presentation", "PowerPoint"))
"""How the name of the main part begins in the archives of Office."""
_OLD_STREAMS = (
    ("EncryptedPackage", ""),
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
    ("PowerPoint Document", ".ppt"),
)
"""Names inside the files of Office before 2007, which also wrap a newer file that is protected by a password."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 8192
"""Bytes at the beginning of a file that are looked at."""
_ONE_SIDED = 20
"""How many times more zero bytes than the other half of UTF-16's bytes has the half with the high bytes."""

TEXT_KINDS = frozenset({"CSV", "HTML", "Markdown", "text"})
"""Formats whose bytes are a text in some encoding; the others say themselves how their text is encoded."""


def suffix_of(name: str) -> str:
    """The suffix of a file's name, in small letters."""
    return PurePath(name).suffix.lower()


def has_encoding(name: str) -> bool:
    """Whether the encoding of a file of this name can be chosen."""
    return KINDS.get(suffix_of(visible(name))) in TEXT_KINDS


def with_article(kind: str) -> str:
    """A kind with its article: `a Word`, `an Excel`."""
    return f"{'an' if kind in ('Excel', 'HTML') else 'a'} {kind}"


def kind_by_content(data: bytes, expected: str) -> str | None:
    """The format of a file by its first bytes, or by what is in it if it is an archive; None if they say nothing.

    Args:
        data: The file.
        expected: Its format by its name: in a PDF the signature may stand anywhere in the first 1,024 bytes, in another
            file only at its very beginning, since a text may mention it.
    """
    head = data[:1024]
    if b"%PDF-" in head if expected == "PDF" else head.lstrip().startswith(b"%PDF-"):
        return "PDF"
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except Exception:  # zipfile raises all kinds of exceptions for a damaged archive
        return None
    parts = [name for name in names if name.endswith(".xml")]
    return next((kind for start, kind in _MAIN_PARTS if any(part.startswith(start) for part in parts)), None)


def old_office_kind(data: bytes) -> str | None:
    """The suffix of a file of Office before 2007, `""` if it wraps a newer one with a password; None if neither."""
    if not data.startswith(_OLD_OFFICE):
        return None
    return next((suffix for stream, suffix in _OLD_STREAMS if stream.encode("utf-16-le") in data), None)


def is_binary(data: bytes) -> bool:
    """True if there are zero bytes at the beginning, but not as in UTF-16 without a mark: in every other place."""
    zeros_at_even, zeros_at_odd = data[:_HEAD:2].count(0), data[1:_HEAD:2].count(0)
    fewer, more = sorted((zeros_at_even, zeros_at_odd))
    return more > 0 and fewer * _ONE_SIDED >= more
