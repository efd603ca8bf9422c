"""Markdown, read into blocks: rendered to HTML, with the HTML in it, and read as that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hitl.markdown_blocks import limit_link_search
from hitl.research.reading.blocks import ReadFile
from hitl.research.reading.front_matter import split_front_matter
from hitl.research.reading.html.reader import read_fragment
from hitl.research.reading.plain_text.reader import read_text
from hitl.research.reading.speakers import names_in, speaker_of, with_speakers

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST = 100
"""Blocks inside blocks, at most; below that markdown-it drops text without a word."""
LITERAL = "\ufdd0"
"""Put after a `<` that begins no tag; a character that no text has, and that is taken out again."""
ENDLESS = (
    (re.compile("<!--"), "-->"),
    (re.compile(r"<script(?=[\s>])", re.IGNORECASE), "</script"),
    (re.compile(r"<style(?=[\s>])", re.IGNORECASE), "</style"),
    (re.compile(r"<textarea(?=[\s>])", re.IGNORECASE), "</textarea"),
    (re.compile(r"<pre(?=[\s>])", re.IGNORECASE), "</pre"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
    (re.compile(r"<!(?=[a-zA-Z])"), ">"),
)
"""What begins HTML that goes on over blank lines, and what ends it."""
TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>")
NO_TAGS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))
"""What begins with the sign of a tag and shows nothing, and what ends it."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
SELF_ENDING = frozenset("p li dt dd tr td th thead tbody tfoot option".split())
"""Elements that end by themselves where what is around them does."""
RAW_TEXT = frozenset("script style textarea title xmp iframe noembed noframes plaintext".split())
"""Elements in which nothing but their end is a tag."""
NEAR = 6
"""Parts of a line in which the name of a speaker stands: `**Ann:** I looked` has five."""


def read_markdown(text: str) -> ReadFile:
    """CommonMark with tables, struck-out text, footnotes and definition lists; HTML in it is read as in a page.

    Markdown too deeply nested to be read is read as plain text.
    """
    front, text = split_front_matter(text)
    html = _html_of(text)
    read = read_fragment(html) if html is not None else read_text(text)
    blocks = with_speakers(read.blocks)
    return ReadFile(blocks, title=front.get("title", ""), date=front.get("date"), remarks=read.remarks)


def _parser_of(text: str) -> MarkdownIt:
    """A parser for a text."""
    from markdown_it import MarkdownIt  # 50 ms that the first page does not need
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": DEEPEST})
    parser.enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)
    parser.add_render_rule("footnote_caption", _note_number)
    limit_link_search(parser, len(text))
    return parser


def _note_number(renderer: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    """The mark of a note, the same wherever it is referred to."""
    return f"[{tokens[index].meta['id'] + 1}]"


def _html_of(text: str) -> str | None:
    """The text as HTML, in which no tag that is left open reaches beyond its block; None if it is too deeply nested."""
    parser = _parser_of(text)
    env: dict[str, object] = {}
    try:
        tokens = parser.parse(_with_literal_openings(text), env)
        if any(token.level >= DEEPEST - 1 for token in tokens):
            return None
        _balance_tags(tokens)
        _break_before_turns(tokens)
        html = str(parser.renderer.render(tokens, parser.options, env))
    except RecursionError:  # the caller itself is deep in calls
        return None
    return html.replace(LITERAL, "")


def _with_literal_openings(text: str) -> str:
    """The text with a sign in each `<script`, `<!--` and the like that nothing ends, so that they are read as letters.

    CommonMark would take all that follows for HTML.
    """
    text = text.replace(LITERAL, "")
    folded = text.lower() if len(text.lower()) == len(text) else text
    places: list[int] = []
    for opening, ending in ENDLESS:
        last = folded.rfind(ending)
        places += [match.start() + 1 for match in opening.finditer(text, max(last, 0))]
    parts = []
    start = 0
    for place in sorted(set(places)):
        parts.append(text[start:place])
        start = place
    return LITERAL.join([*parts, text[start:]])


def _break_before_turns(tokens: Iterable[Token]) -> None:
    """Keep the line breaks before those who speak, which Markdown would take for wrapping."""
    rows = [token.children for token in tokens if token.children]
    names = names_in([line for children in rows for line in _lines(children)])
    for children in rows if names else ():
        for number, child in enumerate(children):
            beginning = "".join(following.content for following in children[number + 1 : number + NEAR])
            if child.type == "softbreak" and speaker_of(beginning, names):
                child.type, child.tag = "hardbreak", "br"


def _lines(children: Iterable[Token]) -> list[str]:
    breaks = ("softbreak", "hardbreak")
    return "".join("\n" if child.type in breaks else child.content for child in children).split("\n")


@dataclass(frozen=True)
class _OpenTag:
    """A tag of raw HTML that has begun and not ended."""

    token: Token
    around: Token | None
    """The running text that it stands in, if it stands in one."""
    name: str
    start: int
    """Offset in the content of its token."""


@dataclass(frozen=True)
class _Edit:
    """A change to the content of a token."""

    start: int
    end: int
    text: str


def _balance_tags(tokens: Sequence[Token]) -> None:
    """Take out the tags of raw HTML that end nothing, and end where their block ends those that are left open."""
    left_open: dict[str, list[_OpenTag]] = {}
    edits: dict[int, list[_Edit]] = {}
    raw: list[Token] = []
    for token, around in _raw_html(tokens):
        raw.append(token)
        token.content = _tags_only(token.content)
        for tag in TAG.finditer(token.content):
            name = tag[2].lower()
            if name in VOID or tag[3].endswith("/"):
                continue
            if not tag[1]:
                left_open.setdefault(name, []).append(_OpenTag(token, around, name, tag.start()))
            elif left_open.get(name):
                left_open[name].pop()
            else:
                edits.setdefault(id(token), []).append(_Edit(tag.start(), tag.end(), ""))
    for opened in (tag for tags in left_open.values() for tag in tags):
        if opened.name in RAW_TEXT:  # all that follows would be no text
            edits.setdefault(id(opened.token), []).append(_Edit(opened.start, opened.start + 1, "&lt;"))
        elif opened.name not in SELF_ENDING:
            _end_in_its_block(opened, edits)
    for token in raw:
        token.content = _edited(token.content, edits.get(id(token), []))


def _end_in_its_block(opened: _OpenTag, edits: dict[int, list[_Edit]]) -> None:
    ending = f"</{opened.name}>"
    if opened.around is None:
        end = len(opened.token.content)
        edits.setdefault(id(opened.token), []).append(_Edit(end, end, ending))
    elif opened.around.children is not None:
        opened.around.children.append(replace(opened.token, content=ending))


def _edited(content: str, edits: Sequence[_Edit]) -> str:
    parts = []
    start = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [content[start : edit.start], edit.text]
        start = edit.end
    return "".join([*parts, content[start:]])


def _tags_only(content: str) -> str:
    """Raw HTML without comments and the like; a sign of a tag that begins none is text."""
    parts = []
    start = 0
    missing: set[str] = set()
    while (sign := content.find("<", start)) >= 0:
        parts.append(content[start:sign])
        if tag := TAG.match(content, sign):
            start = tag.end()
            parts.append(tag[0])
            continue
        opening, ending = next((pair for pair in NO_TAGS if content.startswith(pair[0], sign)), ("", ""))
        end = content.find(ending, sign + len(opening)) if opening and ending not in missing else -1
        if end < 0:
            missing.add(ending)
            start = sign + 1
            parts.append("&lt;")
        else:
            start = end + len(ending)
    return "".join([*parts, content[start:]])


def _raw_html(tokens: Iterable[Token]) -> Iterator[tuple[Token, Token | None]]:
    """The tokens that hold raw HTML, each with the running text that it stands in."""
    for token in tokens:
        if token.type == "html_block":
            yield token, None
        for child in token.children or ():
            if child.type == "html_inline":
                yield child, token
