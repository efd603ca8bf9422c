"""What is said of a file that cannot be read, after its name: what has happened, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hitl.research.reading.limits import MEGABYTE, ReadLimits


class UnreadableFile(Exception):
    """A file cannot be read; the message names it, the reason and what to do."""


class UndecodableFile(UnreadableFile):
    """No encoding fits the bytes of a text file, or not the one that was chosen: it may be read in another."""


FEWEST_LETTERS = 20
"""Minimum letters of a document; one with fewer is rejected as having no text."""

SAVE_ANEW: Mapping[str, str] = {
    "PDF": "Open it in a viewer, and save or print it as a PDF again; if that fails too, get the file again from where "
    "it comes from. Then add the new file.",
    "Word": "Open it in Word or LibreOffice, and save it as .docx again. Then add the new file.",
    "Excel": "Open it in Excel or LibreOffice, and save it as .xlsx again. Then add the new file.",
    "PowerPoint": "Open it in PowerPoint or LibreOffice, and save it as .pptx again. Then add the new file.",
    "HTML": "Open it in a browser, and print it as a PDF. Then add that file.",
    "CSV": "Open it in a spreadsheet program, and save it as .csv in UTF-8 again. Then add the new file.",
    "Markdown": "Open it in an editor, and save it in UTF-8 again. Then add the new file.",
    "text": "Open it in an editor, and save it in UTF-8 again. Then add the new file.",
}
"""How a damaged file becomes a whole one, by its format."""

_RECOGNISE = (
    "If it shows words, they are in pictures: save it as a PDF, run text recognition (OCR) on that, and add it."
)
_TOO_SHORT = f"A document needs {FEWEST_LETTERS} letters at least: add a longer one."
FIND_TEXT: Mapping[str, str] = {
    "PDF": "If it shows words, run text recognition (OCR) on it, then add it again.",
    "Word": _RECOGNISE,
    "Excel": _RECOGNISE,
    "PowerPoint": _RECOGNISE,
    "HTML": "If a browser shows words on it, print it there as a PDF, and add that file.",
    "CSV": _TOO_SHORT,
    "Markdown": _TOO_SHORT,
    "text": _TOO_SHORT,
}
"""How a file without text becomes one with it, by its format."""


def damaged(kind: str) -> str:
    """What is said of a file whose reader fails.

    Args:
        kind: Its format; see `hitl.research.reading.kinds.KINDS`.
    """
    return f"is damaged and cannot be read. {SAVE_ANEW[kind]}"


def without_text(kind: str, remarks: Sequence[str]) -> str:
    """What is said of a file with too few letters to be quoted.

    Args:
        kind: Its format.
        remarks: What its reader says could not be read, each with what to do; the reason, if there is one.
    """
    return " ".join(["holds no text that could be quoted.", *(remarks or [FIND_TEXT[kind]])])


def check_size(name: str, size: int, limits: ReadLimits) -> None:
    """Raise if a file is too large.

    Args:
        name: The file's name.
        size: Its size in bytes.
        limits: What it may have.

    Raises:
        UnreadableFile: If it is larger.
    """
    if size > limits.file_megabytes * MEGABYTE:
        megabytes = size / MEGABYTE
        raise UnreadableFile(
            f"“{name}” has {megabytes:.1f} MB; the limit is {limits.file_megabytes} MB. Split it, or shorten it."
        )
