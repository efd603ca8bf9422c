"""Word files with what Word writes and no library does: their XML, piece by piece."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

SCHEMAS = "http://schemas.openxmlformats.org"
RELATIONSHIPS = f"{SCHEMAS}/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": f"{SCHEMAS}/wordprocessingml/2006/main",
        "m": f"{SCHEMAS}/officeDocument/2006/math",
        "r": RELATIONSHIPS,
        "a": f"{SCHEMAS}/drawingml/2006/main",
        "c": f"{SCHEMAS}/drawingml/2006/chart",
        "dgm": f"{SCHEMAS}/drawingml/2006/diagram",
        "mc": f"{SCHEMAS}/markup-compatibility/2006",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
FIRST = "The committee met on 3 May and looked at the budget of the coming year."
MAIN = "word/document.xml"


@dataclass(frozen=True)
class Part:
    """A part of a Word file beside the main one."""

    kind: str
    """The last word of the type of the relationship to it."""
    content: str | bytes
    name: str = ""
    """`word/kind.xml` if it is not given."""
    identity: str = ""
    """By which the main part refers to it."""
    is_outside: bool = False


def word_file(
    body: str, *parts: Part, main: str = MAIN, package_parts: Mapping[str, str] | None = None, is_strict: bool = False
) -> bytes:
    """A Word file.

    Args:
        body: What stands in the body of the main part.
        parts: Further parts that the main part points to; their XML declares its namespaces with `NAMESPACES`.
        main: Name of the main part.
        package_parts: Parts that the package itself points to, by their kinds: `core-properties`.
        is_strict: Whether it is written in the strict form of the format.
    """
    folder, _, name = main.rpartition("/")
    own = []
    files: dict[str, str | bytes] = {main: f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"}
    for index, part in enumerate(parts):
        path = part.name or f"{folder}/{part.kind}.xml"
        mode = ' TargetMode="External"' if part.is_outside else ""
        target = path if part.is_outside else f"/{path}"
        own.append(relationship(part.identity or f"rId{index + 1}", part.kind, target, mode))
        if not part.is_outside:
            files[path] = part.content
    top = [relationship("rId1", "officeDocument", main)]
    for kind, xml in (package_parts or {}).items():
        top.append(relationship(kind, kind, f"docProps/{kind}.xml"))
        files[f"docProps/{kind}.xml"] = xml
    files["_rels/.rels"] = relationships(*top)
    files[f"{folder}/_rels/{name}.rels"] = relationships(*own)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, _strict(content) if is_strict and isinstance(content, str) else content)
    return data.getvalue()


def relationship(identity: str, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="{identity}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/>'


def relationships(*each: str) -> str:
    return f'<Relationships xmlns="{SCHEMAS}/package/2006/relationships">{"".join(each)}</Relationships>'


def _strict(content: str) -> str:
    changes = {
        f"{SCHEMAS}/wordprocessingml/2006/main": f"{STRICT}/wordprocessingml/main",
        f"{SCHEMAS}/officeDocument/2006/math": f"{STRICT}/officeDocument/math",
        RELATIONSHIPS: f"{STRICT}/officeDocument/relationships",
    }
    return reduce(lambda text, uris: text.replace(*uris), changes.items(), content)


def file_with(*body: str) -> bytes:
    """A Word file with a first paragraph, and then with this."""
    return word_file(paragraph(run(FIRST)) + "".join(body))


def text(words: str) -> str:
    return f'<w:t xml:space="preserve">{words}</w:t>'


def run(words: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{look}{text(words) if words else ''}</w:r>"


def paragraph(*parts: str, style: str = "", properties: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    own = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return f"<w:p>{own}{''.join(parts)}</w:p>"


def inserted(*runs: str) -> str:
    return f'<w:ins w:id="1" w:author="a">{"".join(runs)}</w:ins>'


def deleted(words: str) -> str:
    return f'<w:del w:id="2" w:author="a"><w:r><w:delText xml:space="preserve">{words}</w:delText></w:r></w:del>'


def control(inner: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def field(instruction: str, *result: str) -> str:
    def character(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    shown = f"{character('separate')}{''.join(result)}" if result else ""
    return f"{character('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{shown}{character('end')}"


def box(inner: str) -> str:
    """A text box as an older Word writes it."""
    return (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def modern_box(inner: str) -> str:
    """A text box as Word writes it today: a second time for an older one."""
    choice = f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{choice}</w:drawing></mc:Choice>'
        f"<mc:Fallback>{box(inner).removeprefix('<w:r>').removesuffix('</w:r>')}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def cell(inner: str, properties: str = "") -> str:
    """A cell that holds a paragraph of these words, or this XML."""
    inner = inner if inner.startswith("<") else paragraph(run(inner))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells, given as words or as XML."""
    inner = "".join(each if each.startswith("<w:") else cell(each) for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def rows(*each: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid/>{''.join(each)}</w:tbl>"


def table(*cells: str) -> str:
    """A table of one row."""
    return rows(row(*(cell(each + "<w:p/>") for each in cells)))


def styles(*each: str, defaults: str = "") -> Part:
    """The styles of a file.

    Args:
        each: `style(…)`.
        defaults: Properties of runs that hold if nothing else says otherwise.
    """
    usual = f"<w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
    return Part("styles", f"<w:styles {NAMESPACES}>{usual}{''.join(each)}</w:styles>")


def style(
    identity: str, name: str = "", based_on: str = "", kind: str = "paragraph", own: str = "", runs: str = ""
) -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{identity}"><w:name w:val="{name or identity}"/>{base}'
        f"<w:pPr>{own}</w:pPr><w:rPr>{runs}</w:rPr></w:style>"
    )


def numbering(*each: str) -> Part:
    """The lists of a file: `abstract(…)`, then `number(…)`."""
    return Part("numbering", f"<w:numbering {NAMESPACES}>{''.join(each)}</w:numbering>")


def level(place: int, form: str, pattern: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(identity: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{identity}">{"".join(levels)}</w:abstractNum>'


def number(identity: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def restart(place: int, start: int = 1) -> str:
    return f'<w:lvlOverride w:ilvl="{place}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def in_list(identity: int, place: int | None = 0) -> str:
    """The properties of a paragraph of a list."""
    own = f'<w:ilvl w:val="{place}"/>' if place is not None else ""
    return f'<w:numPr>{own}<w:numId w:val="{identity}"/></w:numPr>'


def item(words: str, identity: int, place: int | None = 0) -> str:
    return paragraph(run(words), properties=in_list(identity, place))


def notes(kind: str, *each: str) -> Part:
    """The footnotes or endnotes of a file, from 1 on.

    Args:
        kind: `footnote` or `endnote`.
        each: What each of them holds.
    """
    lines = f'<w:{kind} w:type="separator" w:id="-1">{paragraph(run("A line"))}</w:{kind}>'
    inner = "".join(f'<w:{kind} w:id="{index}">{note}</w:{kind}>' for index, note in enumerate(each, 1))
    return Part(f"{kind}s", f"<w:{kind}s {NAMESPACES}>{lines}{inner}</w:{kind}s>")


def reference(identity: int, kind: str = "footnote", more: str = "") -> str:
    look = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    return f'<w:r>{look}<w:{kind}Reference w:id="{identity}"{more}/></w:r>'


def raised(words: str) -> str:
    return run(words, '<w:vertAlign w:val="superscript"/>')


def lowered(words: str) -> str:
    return run(words, '<w:vertAlign w:val="subscript"/>')


def equation(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


def math(words: str) -> str:
    return f"<m:r><m:t>{words}</m:t></m:r>"
