"""Which styles an element of a page has: those of the style sheets in the page, and those of the element itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hitl.research.reading.html.media import media_applies
from hitl.research.reading.html.page_elements import PageElement, Steps, TooManySteps, Undecided
from hitl.research.reading.html.style_rules import (
    Declaration,
    SheetOrder,
    StyleRule,
    declarations_in,
    style_rules,
    without_comments,
)
from hitl.research.reading.html.styles import UNSTYLED, ElementStyle

MOST_CSS = 1_000_000
"""Characters of a page's style sheets that are looked at."""
MOST_RULES = 20_000
"""Selectors of them that are looked at."""
STEPS_TO_COMPILE = 800
"""Elements that are looked at in the time that it takes to make a selector ready."""
APART = re.compile(
    r"<!--|<(script|template|noscript|textarea|title|xmp|iframe|noembed|noframes|style)\b", re.IGNORECASE
)
"""Elements in which no style sheet stands, and style sheets."""
COMMENT_END = re.compile("--!?>")
OPENING = re.compile(r"([^>\"']|\"[^\"]*\"|'[^']*')*+>")
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
BRACKETS = re.compile(r"\([^()\[\]\"']*\)|\[[^()\[\]\"']*\]|\"[^\"]*\"|'[^']*'")
"""Brackets without others in them, and what is quoted."""
DEEPEST_BRACKETS = 3
LAST = re.compile(r"[^\s>+~]+\Z")
"""What a selector says of the element itself."""
NAME = re.compile(r"([#.]?)(-?[a-zA-Z_\u0080-\uffff][\w\u0080-\uffff-]*)")


def sheets_in(page: str) -> Iterator[str]:
    """Yield the style sheets for a screen that stand in a page; those for other media are not for who reads it.

    Args:
        page: The page as HTML.
    """
    place = 0
    while found := APART.search(page, place):
        name = (found[1] or "").lower()
        ending = re.compile(f"</{name}", re.IGNORECASE) if name else COMMENT_END
        ended = ending.search(page, found.start() + 2)
        if not ended:
            return
        place, end = ended.end(), ended.start()
        opening = OPENING.match(page, found.end()) if name == "style" else None
        if opening:
            attributes = {name.lower(): a or b or c for name, a, b, c in ATTRIBUTE.findall(opening[0][:1000])}
            is_css = attributes.get("type", "text/css").lower() == "text/css"
            media = attributes.get("media", "")
            applies = media_applies(media)
            if is_css and applies is not False:
                yield f"{'' if applies else f'@media {media} {{'}{page[opening.end() : end]}"


@dataclass(frozen=True, slots=True)
class _Selector:
    """A selector that can be held against elements, with its rule."""

    test: Callable[[PageElement], bool]
    specificity: tuple[int, ...]
    rule: StyleRule
    adds_words: bool = False
    """Whether it is for words that a style adds to an element."""

    @property
    def rank(self) -> tuple[int, tuple[int, ...], int]:
        return self.rule.layer, self.specificity, self.rule.order


@dataclass(frozen=True, slots=True)
class _Match:
    selector: _Selector
    is_sure: bool
    """Whether the selector surely is for the element, under conditions that hold."""


@dataclass
class StyleSheets:
    """The rules of a page's style sheets, by what they say of the element that they are for."""

    rules: dict[str, list[tuple[str, StyleRule]]] = field(default_factory=dict)
    """Each with one of its selectors, by `#` and an id, `.` and a class, the name of an element, or nothing."""
    ready: dict[str, list[_Selector]] = field(default_factory=dict)
    """The selectors of those rules of which an element has turned up."""
    steps: Steps = field(default_factory=Steps)
    is_cut: bool = False
    """Whether some of the rules are not applied, since there are too many."""
    adds_words: bool = False
    """Whether some rule adds words before or behind an element that has turned up."""

    @classmethod
    def of(cls, page: str) -> StyleSheets:
        """Those that stand in a page."""
        sheets = cls()
        order = SheetOrder()
        left, number = MOST_CSS, 0
        for css in sheets_in(page):
            sheets.is_cut = sheets.is_cut or len(css) > left
            for rule in style_rules(css[:left], order):
                for selector in rule.selectors:
                    number += 1
                    if number > MOST_RULES:
                        sheets.is_cut = True
                        return sheets
                    sheets.rules.setdefault(_key(selector), []).append((selector, rule))
            left -= min(len(css), left)
        return sheets

    @property
    def has_rules(self) -> bool:
        return bool(self.rules)

    def element(self, tag: str, attributes: Mapping[str, str], around: PageElement | None) -> PageElement:
        """An element as the selectors look at it."""
        return PageElement(tag, attributes, around, self.steps)

    def style_of(self, element: PageElement, own: str) -> ElementStyle:
        """The style of an element.

        Args:
            element: The element, in its place on the page.
            own: Its attribute `style`.
        """
        try:
            matches = self._matches(element)
        except TooManySteps:
            self.rules = {}
            self.is_cut = True
            matches = []
        if not matches:
            return own_style(own)
        declarations = _own(own)
        sure = _cascaded([match for match in matches if match.is_sure], declarations)
        if all(match.is_sure for match in matches):
            return sure
        return sure.or_shown(_cascaded(matches, declarations))

    def _matches(self, element: PageElement) -> list[_Match]:
        keys = ["", element.tag, *(f".{name}" for name in set(element.classes))]
        if element.id:
            keys.append(f"#{element.id}")
        matches = []
        for selectors in (self._ready(key) for key in keys if key in self.rules):
            element.steps.take(len(selectors))
            for selector in selectors:
                try:
                    if not selector.test(element):
                        continue
                    if selector.adds_words:
                        self.adds_words = True
                    else:
                        matches.append(_Match(selector, selector.rule.is_sure))
                except Undecided:
                    if not selector.adds_words:
                        matches.append(_Match(selector, False))
        return matches

    def _ready(self, key: str) -> list[_Selector]:
        """The selectors of a key: most of a large style sheet are for elements that a page does not have."""
        if key not in self.ready:
            self.steps.take(STEPS_TO_COMPILE * len(self.rules[key]))
            self.ready[key] = [made for selector, rule in self.rules[key] if (made := _compiled(selector, rule))]
        return self.ready[key]


def own_style(own: str) -> ElementStyle:
    """The style of an element that no style sheet speaks of.

    Args:
        own: Its attribute `style`.
    """
    if not own:
        return UNSTYLED
    return ElementStyle({name: declared.value for name, declared in _own(own).items()}, frozenset())


def _own(own: str) -> dict[str, Declaration]:
    return declarations_in(without_comments(own).split(";")) if own else {}


def _cascaded(matches: Sequence[_Match], own: Mapping[str, Declaration]) -> ElementStyle:
    """What is left when of several declarations of a property the strongest wins."""
    values: dict[str, str] = {}
    of_sheets: set[str] = set()
    ranked = sorted((match.selector for match in matches), key=lambda selector: selector.rank)
    for is_important in (False, True):
        for selector in ranked:
            for name, declared in selector.rule.declarations.items():
                if declared.is_important == is_important:
                    values[name] = declared.value
                    of_sheets.add(name)
        for name, declared in own.items():
            if declared.is_important == is_important:
                values[name] = declared.value
                of_sheets.discard(name)
    return ElementStyle(values, frozenset(of_sheets))


def _key(selector: str) -> str:
    """What an element must have if a selector is for it: an id, a class or a name; nothing if that is hard to tell."""
    for _ in range(DEEPEST_BRACKETS):
        selector = BRACKETS.sub("", selector)
    if any(sign in selector for sign in "([\\\"'|"):
        return ""
    last = LAST.search(selector)
    names = NAME.findall(last[0].partition(":")[0]) if last else []
    if not names:
        return ""
    sign, name = max(names, key=lambda found: ("", ".", "#").index(found[0]))
    return f"{sign}{name}" if sign else name.lower()


def _compiled(selector: str, rule: StyleRule) -> _Selector | None:
    """A selector that can be held against elements; None if it is invalid, or for what a style adds to an element."""
    from cssselect2 import compile_selector_list  # 10 ms that a page without style sheets does not need

    try:
        [made] = compile_selector_list(selector)
    except Exception:  # it raises all kinds of exceptions for what is wrong or too deep; a browser skips such a rule
        return None
    adds_words = made.pseudo_element in ("before", "after") and "content" in rule.declarations
    if made.never_matches or (made.pseudo_element is not None and not adds_words):
        return None
    return _Selector(made.test, tuple(made.specificity), rule, adds_words)
