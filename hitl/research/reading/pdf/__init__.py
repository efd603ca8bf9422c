"""PDF, read into blocks: what stands on a page, its lines, columns and tables, and the paragraphs of the document."""

from hitl.research.reading.pdf.reader import Encrypted, read_pdf

__all__ = ["Encrypted", "read_pdf"]
