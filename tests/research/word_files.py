"""Word files with what Word writes and no library does: pieces of their XML."""

from __future__ import annotations

from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.research.samples import word

NAMESPACES = nsdecls("w", "m") + (
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
FIRST = "The committee met on 3 May and looked at the budget of the coming year."


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*parts: str) -> str:
    return f"<w:p>{''.join(parts)}</w:p>"


def box(inner: str) -> str:
    return (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def table(*cells: str) -> str:
    inner = "".join(f"<w:tc><w:tcPr/>{cell}<w:p/></w:tc>" for cell in cells)
    return f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{inner}</w:tr></w:tbl>"


def file_with(*body: str) -> bytes:
    def fill(document: WordFile) -> None:
        document.add_paragraph(FIRST)
        for xml in body:
            begin, _, rest = xml.partition(">")
            document.element.body.insert(-1, parse_xml(f"{begin} {NAMESPACES}>{rest}"))

    return word(fill)
