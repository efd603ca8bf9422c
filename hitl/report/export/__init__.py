"""Export of a report: one function for all file formats."""

# The libraries of the formats (python-docx, typst, markdown-it) take more than a second to import. Here and in the
# modules below they are imported on first use, so that the first page does not wait for them.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hitl.report.export.bundle import Decided, GivenAnswer, ReportBundle
from hitl.report.export.evidence_json import whole_json
from hitl.report.export.provenance import whole_markdown

__all__ = ["FORMATS", "Decided", "Format", "GivenAnswer", "ReportBundle", "Suffix", "export"]

Suffix = Literal["md", "docx", "pdf", "json"]


@dataclass(frozen=True)
class Format:
    """A file format that a report can be exported to."""

    name: str
    """Name to display."""
    suffix: Suffix
    mime: str


FORMATS = (
    Format("Markdown", "md", "text/markdown"),
    Format("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format("PDF", "pdf", "application/pdf"),
    Format("JSON", "json", "application/json"),
)


def export(bundle: ReportBundle, suffix: Suffix) -> bytes:
    """The report as a file: its text, its references, the verdicts on its citations, and who decided what.

    Nothing is fetched and nothing is active: links appear with their address, images as their description.

    Args:
        bundle: The report and its decisions.
        suffix: The format, by its file suffix.
    """
    match suffix:
        case "md":
            return whole_markdown(bundle).encode("utf-8", "backslashreplace")
        case "json":
            return whole_json(bundle).encode("utf-8", "backslashreplace")  # a valid escape in JSON
        case "docx":
            from hitl.report.export.word import write_docx

            return write_docx(bundle)
        case "pdf":
            from hitl.report.export.pdf import write_pdf

            return write_pdf(bundle)
