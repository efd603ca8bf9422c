"""The elements of a page as selectors look at them while it is being read: those around them and those before them.

What comes after an element is not known yet, so that a selector which asks for it cannot be decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

MOST_STEPS = 6_000_000
"""Elements that the selectors of a page may look at in all, which takes two seconds."""


class Undecided(Exception):
    """A selector asks for what is not known yet."""


class TooManySteps(Exception):
    """The selectors of a page look at too many elements."""


class Steps:
    """Counts the elements that selectors look at."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, number: int = 1) -> None:
        """Count some.

        Raises:
            TooManySteps: If there are too many.
        """
        self.left -= number
        if self.left < 0:
            raise TooManySteps


class Siblings(list["PageElement"]):
    """The elements of one parent up to now."""

    def __len__(self) -> int:
        raise Undecided

    def __getitem__(self, index):  # type: ignore[no-untyped-def] # noqa: ANN001
        if not isinstance(index, slice) or index.start is not None:
            raise Undecided
        return super().__getitem__(index)


class PageElement:
    """An element, with the members that the selectors of cssselect2 ask for."""

    __slots__ = ("attrib", "children", "classes", "id", "index", "parent", "steps", "tag")

    in_html_document = True
    namespace_url = "http://www.w3.org/1999/xhtml"
    in_disabled_fieldset = False

    def __init__(self, tag: str, attributes: Mapping[str, str], parent: PageElement | None, steps: Steps) -> None:
        if tag == "tr" and parent is not None and parent.tag == "table":
            parent = parent.body_of_rows
        self.tag: str = tag
        self.attrib = attributes
        self.parent = parent
        self.steps = steps
        self.classes = attributes.get("class", "").split()
        self.id = attributes.get("id")
        self.index = 0
        self.children: list[PageElement] = []
        if parent is not None:
            self.index = len(parent.children)
            parent.children.append(self)

    @property
    def body_of_rows(self) -> PageElement:
        """The element around the rows of a table, which browsers put in where a page leaves it out."""
        last = self.children[-1] if self.children else None
        return last if isinstance(last, _ImpliedBody) else _ImpliedBody("tbody", {}, self, self.steps)

    @property
    def around(self) -> PageElement | None:
        """The element around it that stands in the page."""
        return self.parent.parent if isinstance(self.parent, _ImpliedBody) else self.parent

    @property
    def local_name(self) -> str:
        return self.tag

    @property
    def etree_element(self) -> PageElement:
        return self

    def get(self, name: str, otherwise: str | None = None) -> str | None:
        return self.attrib.get(name, otherwise)

    @property
    def ancestors(self) -> Iterator[PageElement]:
        around = self.parent
        while around is not None:
            self.steps.take()
            yield around
            around = around.parent

    @property
    def previous(self) -> PageElement | None:
        return self.parent.children[self.index - 1] if self.parent is not None and self.index else None

    @property
    def previous_siblings(self) -> Iterator[PageElement]:
        for sibling in self.parent.children[: self.index] if self.parent is not None else ():
            self.steps.take()
            yield sibling

    @property
    def etree_siblings(self) -> Siblings:
        siblings = self.parent.children if self.parent is not None else [self]
        self.steps.take(len(siblings))
        return Siblings(siblings)

    @property
    def lang(self) -> str:
        around: PageElement | None = self
        while around is not None:
            if "lang" in around.attrib:
                return around.attrib["lang"].lower()
            around = around.parent
        return ""

    @property
    def etree_children(self) -> bool:
        """True, as if something stood in it: where nothing does, no word is hidden."""
        return True

    def iter_subtree(self) -> Iterator[PageElement]:
        raise Undecided

    iter_children = iter_next_siblings = iter_siblings = iter_subtree


class _ImpliedBody(PageElement):
    """The body of a table that does not stand in the page."""

    __slots__ = ()
