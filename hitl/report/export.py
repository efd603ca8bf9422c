"""Taking a report away: one call for every format, whoever asks for it."""

# What a format needs (python-docx, fpdf2, markdown-it: more than a second together) is imported where it is first used,
# here and in the modules behind this one: the first page must not wait for what nobody may ask for.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hitl.report.export_account import whole_markdown
from hitl.report.export_json import whole_json
from hitl.report.export_publication import Decided, GivenAnswer, Publication

__all__ = ["FORMATS", "Decided", "Format", "GivenAnswer", "Publication", "Suffix", "export"]

Suffix = Literal["md", "docx", "pdf", "json"]


@dataclass(frozen=True)
class Format:
    """A kind of file that a report can be taken away as."""

    name: str
    """What humans call it."""
    suffix: Suffix
    mime: str


FORMATS = (
    Format("Markdown", "md", "text/markdown"),
    Format("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format("PDF", "pdf", "application/pdf"),
    Format("JSON", "json", "application/json"),
)


def export(publication: Publication, suffix: Suffix) -> bytes:
    """The report as a file: its text, its references, the verdicts on its citations, and who decided what.

    Nothing is fetched, and no text of it comes to life: links stand with their address, images as their description.

    Args:
        publication: The report and what goes out with it.
        suffix: Which format, by the suffix of its files.
    """
    match suffix:
        case "md":
            return whole_markdown(publication).encode("utf-8", "backslashreplace")
        case "json":
            return whole_json(publication).encode("utf-8", "backslashreplace")  # in JSON that is an escape: it loads
        case "docx":
            from hitl.report.export_docx import write_docx

            return write_docx(publication)
        case "pdf":
            from hitl.report.export_pdf import write_pdf

            return write_pdf(publication)
