"""No text that is uploaded can freeze the server."""

from __future__ import annotations

import pytest

from hitl.research.blocks import MOST_CHARACTERS, Block, ReadFile, TooLong, assemble
from hitl.research.markup import split_front_matter
from hitl.research.reading import UnreadableFile, read_document
from hitl.research.words import composed
from tests.hostile import assert_ends

SENTENCE = "This is a sentence with enough letters to be quoted by anybody. "
READ = f"""
from hitl.research.passages import passages_of
from hitl.research.reading import UnreadableFile, read_document
from hitl.research.words import terms_of
from tests.hostile import texts
for text in texts(%d):
    for name in (%s):
        print(name, ascii(text[:20]), flush=True)
        terms_of(text)
        try:
            list(passages_of(read_document(name, ({SENTENCE!r} + text).encode())))
        except UnreadableFile:
            pass
"""


def test_a_text_of_one_sign_or_two_is_read_in_the_time_of_any_other():
    assert_ends(READ % (200_000, '"a.txt",'))


def test_so_is_markdown_of_one_sign_or_two():
    assert_ends(READ % (20_000, '"a.md",'))  # which is not only ours: a library parses it


@pytest.mark.parametrize(
    "lines",
    ["'- :\\n' * 5000", "'- - :\\n' * 5000", "'a:\\n' * 5000", "' \\n' * 5000", "'title: a' + ' ' * 200_000 + 'b\\n'"],
)
def test_front_matter_without_an_end_is_no_front_matter(lines: str):
    assert_ends(f"""
from hitl.research.reading import read_document
document = read_document("a.md", ("---\\n" + {lines} + {SENTENCE!r}).encode())
assert {SENTENCE.strip()!r} in document.text
""")


@pytest.mark.parametrize(
    "text, front, rest",
    [
        ("---\ntitle: On tides\ndate: 2020-01-02\n---\nText.", {"title": "On tides", "date": "2020-01-02"}, "Text."),
        ("---\r\ntitle: 'On tides'\r\n---\r\nText.", {"title": "On tides"}, "Text."),
        ('---\ntitle: "On \'tides\'"\ndate: "\n---\nText.', {"title": "On 'tides'", "date": '"'}, "Text."),
        ('---  \nTitle : "On: tides"\n# a comment\n- an entry\n  more: of it\n\n---\n', {"title": "On: tides"}, ""),
        ("---\nA sentence between two rules.\n---\nText.", {}, None),
        ("---\ntitle: without an end\nText.", {}, None),
        ("---\n", {}, None),
        ("--\ntitle: x\n---\n", {}, None),
        ("Text.\n---\ntitle: x\n---\n", {}, None),
        ("", {}, None),
    ],
)
def test_front_matter_stands_between_two_rules_at_the_beginning(text: str, front: dict[str, str], rest: str | None):
    found, left = split_front_matter(text)
    assert front.items() <= found.items()
    assert bool(found) == bool(front)
    assert left == (text if rest is None else rest)


def test_marks_are_composed_as_ever_and_a_long_run_of_them_is_divided():
    assert composed("Ame\u0301lie") == "Amélie"
    assert composed("e\u0301\u0316" + "x") == "é\u0316x"
    assert composed("a" + "\u0316\u0301" * 15) == "á" + "\u0316" * 15 + "\u0301" * 14
    run = composed("a" + "\u0316\u0301" * 200)
    assert run.count("\u0316") == 200
    assert run.count("\u034f") == 13


@pytest.mark.parametrize("name", ["long.txt", "long.md", "long.html"])
def test_a_text_of_more_than_twenty_million_characters_is_refused_in_a_sentence(name: str):
    data = b"word " * (MOST_CHARACTERS // 5 + 1)
    with pytest.raises(UnreadableFile, match=f"“{name}” holds more than 20 million characters of text.*Split it"):
        read_document(name, data, most_megabytes=200)


def test_blocks_that_are_too_much_together_are_refused_whatever_they_came_from():
    row = Block("x" * 1_000_000)
    assemble("a.pdf", ReadFile([row] * 20))
    with pytest.raises(TooLong):
        assemble("a.pdf", ReadFile([row] * 21))
