"""The parts of a Word file: XML files in a zip archive, which name each other by relationships (ECMA-376, part 2)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from hitl.research.reading.limits import MEGABYTE, OverLimit, ReadLimits

MOST_NODES = 3_000_000
"""Tags and attributes of all parts together: about 5,000 pages; each takes up to 220 bytes of memory."""
USUAL_MAIN_PART = "word/document.xml"

STRICT = "http://purl.oclc.org/ooxml/"
PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    f"{STRICT}wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    f"{STRICT}officeDocument/math": "m",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    f"{STRICT}officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    f"{STRICT}drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    f"{STRICT}drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    f"{STRICT}drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
"""Namespaces that are read; those of the strict form of the format have the same names in them."""
NAMESPACES = {prefix: [uri for uri, name in PREFIXES.items() if name == prefix] for prefix in PREFIXES.values()}

OFF = ("0", "false", "off")


class ForbiddenMarkup(Exception):
    """A part declares a document type, which the format forbids: its entities could grow without end."""


class _Names(dict[str, str]):
    """The short name of a tag or an attribute, `w:p`, by its full one; empty if its namespace is not read."""

    def __missing__(self, full: str) -> str:
        uri, _, local = full.rpartition("}")
        prefix = PREFIXES.get(uri[1:], "")
        self[full] = short = f"{prefix}:{local}" if prefix else ""
        return short


NAMES = _Names()


@cache
def full_names(short: str) -> tuple[str, ...]:
    """The tags or attributes that a short name stands for: those of both forms of the format."""
    prefix, _, local = short.partition(":")
    return tuple(f"{{{uri}}}{local}" for uri in NAMESPACES[prefix])


def attribute(element: Any, short: str) -> str | None:
    """An attribute by its short name, `w:val`."""
    for full in full_names(short):
        value = element.get(full)
        if value is not None:
            return str(value)
    return None


def children(element: Any) -> dict[str, Any]:
    """The children of an element by their short names; of several with one name the first."""
    found: dict[str, Any] = {}
    for each in element:
        found.setdefault(NAMES[each.tag], each)
    return found


def is_on(element: Any) -> bool:
    """Whether an element that can be switched off, such as `w:vanish`, is on."""
    return attribute(element, "w:val") not in OFF


def whole_number(text: str | None, otherwise: int, most: int = 1_000_000) -> int:
    """A number of the file, within ±`most`; `otherwise` if it is none."""
    try:
        return max(-most, min(most, int(text or "")))
    except ValueError:
        return otherwise


@dataclass(frozen=True)
class Relationship:
    """Where a part points to."""

    kind: str
    """The last word of its type, such as `styles`."""
    target: str
    """Name of the part in the archive; empty if it is outside of the file."""


class WordPackage:
    """Finds and parses the parts of a Word file; what they take together is limited."""

    def __init__(self, data: bytes, limits: ReadLimits):
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._entries = {_plain(name): name for name in self._archive.namelist()}
        self._limits = limits
        self._bytes_left = limits.unpacked_megabytes * MEGABYTE
        self._nodes_left = MOST_NODES
        self._roots: dict[str, Any] = {}
        self._relationships: dict[str, dict[str, Relationship]] = {}
        named = self.parts_of("", "officeDocument")
        self.main_part = named[0] if named else USUAL_MAIN_PART

    def root(self, part: str) -> Any:
        """The root element of a part, parsed once.

        Raises:
            KeyError: If there is no such part.
            OverLimit: If the parts together are larger than the limits.
            ForbiddenMarkup: If it declares a document type.
            lxml.etree.XMLSyntaxError: If it is no XML, or nested more than 256 levels deep.
        """
        from lxml import etree  # 0.02 s, and the first page does not need it

        if part not in self._roots:
            data = self.data(part)
            self._nodes_left -= data.count(b"<") + data.count(b"=")
            if self._nodes_left < 0:
                raise OverLimit(f"holds more than {MOST_NODES:,} pieces of markup")
            parser = etree.XMLParser(
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            root = etree.fromstring(data, parser)
            if root.getroottree().docinfo.doctype:
                raise ForbiddenMarkup
            self._roots[part] = root
        return self._roots[part]

    def data(self, part: str) -> bytes:
        """The bytes of a part.

        Raises:
            KeyError: If there is no such part.
            OverLimit: If the parts together are larger than the limit.
        """
        with self._archive.open(self._entries[_plain(part)]) as stream:
            data = stream.read(self._bytes_left + 1)
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise OverLimit(f"unpacks to more than {self._limits.unpacked_megabytes:,} MB")
        return data

    def parts_of(self, source: str, kind: str) -> list[str]:
        """The parts of a kind that a part points to; those of the package itself if its name is empty."""
        return [
            each.target
            for each in self.relationships(source).values()
            if each.kind == kind and _plain(each.target) in self._entries
        ]

    def related_root(self, kind: str) -> Any | None:
        """The root element of the part of a kind that the main part points to; None if there is none."""
        parts = self.parts_of(self.main_part, kind)
        return self.root(parts[0]) if parts else None

    def target(self, source: str, identity: str | None) -> str | None:
        """The part that a relationship of a part points to; None if there is none in the file."""
        found = self.relationships(source).get(identity or "")
        return found.target if found and _plain(found.target) in self._entries else None

    def relationships(self, source: str) -> dict[str, Relationship]:
        """The relationships of a part by their identities."""
        if source not in self._relationships:
            self._relationships[source] = self._read_relationships(source)
        return self._relationships[source]

    def _read_relationships(self, source: str) -> dict[str, Relationship]:
        folder, name = posixpath.split(source)
        part = posixpath.join(folder, "_rels", f"{name}.rels")
        if _plain(part) not in self._entries:
            return {}
        found = {}
        for each in self.root(part):
            outside = each.get("TargetMode") == "External"
            target = "" if outside else posixpath.normpath(posixpath.join("/", folder, unquote(each.get("Target", ""))))
            found[each.get("Id", "")] = Relationship(each.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found


def _plain(name: str) -> str:
    """The name of a part as it is compared: letters of either case, and slashes of either kind, are the same."""
    return name.replace("\\", "/").lstrip("/").casefold()
