"""The parts of a file of Office and what they refer to, read as XML; whatever a file lacks is empty."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

_PARSING: dict[str, bool] = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}


@dataclass(frozen=True)
class Reference:
    """What a part refers to."""

    id: str
    """As the part names it: `rId7`."""
    kind: str
    """The last word of its type: `worksheet`."""
    part: str
    """Name of the part."""


class OfficeParts:
    """The parts of an open archive."""

    def __init__(self, data: bytes) -> None:
        """Open the archive.

        Raises:
            zipfile.BadZipFile: If it is none, or is damaged.
        """
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = frozenset(self._archive.namelist())

    def __contains__(self, part: object) -> bool:
        return part in self._names

    def root(self, part: str) -> Any:
        """The root element of a part; None if there is no such part.

        Raises:
            lxml.etree.XMLSyntaxError: If it is no XML.
            zipfile.BadZipFile: If it is damaged.
        """
        from lxml import etree

        if part not in self._names:
            return None
        with self._archive.open(part) as file:
            return etree.parse(file, etree.XMLParser(**_PARSING)).getroot()

    def elements(self, part: str, *names: str) -> Iterator[Any]:
        """The elements of these local names in a part, each complete with what is in it, and gone after its turn.

        Elements inside of one another must not both be asked for.

        Raises:
            lxml.etree.XMLSyntaxError: If it is no XML.
            zipfile.BadZipFile: If it is damaged.
        """
        from lxml import etree

        if part not in self._names:
            return
        with closing(self._archive.open(part)) as file:
            for _, element in etree.iterparse(file, tag=[f"{{*}}{name}" for name in names], **_PARSING):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def references(self, part: str) -> Sequence[Reference]:
        """What a part refers to inside the file, in order; the main part is what the part `""` refers to."""
        folder, name = posixpath.split(part)
        root = self.root(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return ()
        return [
            Reference(each.get("Id", ""), each.get("Type", "").rpartition("/")[2], _resolved(folder, target))
            for each in root.iterchildren("{*}Relationship")
            if each.get("TargetMode") != "External" and (target := each.get("Target"))
        ]


def local_name(element: Any) -> str:
    """The name of an element without its namespace, of which there are two for each of Office's."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, such as the `r:id` of a sheet; empty if there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
