from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.llm.json_stream import DEEPEST, JsonStream, Value


def read(text: str, size: int = 10_000) -> list[Value]:
    stream = JsonStream()
    return [value for at in range(0, len(text), size) for value in stream.feed(text[at : at + size])]


def outermost(text: str) -> list[Any]:
    return [value.value for value in read(text) if value.path == ()]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)


@given(OBJECTS, st.booleans(), st.sampled_from([None, 2]), st.integers(1, 9))
def test_json_is_read_as_json_however_it_is_written_and_cut(given_object: Any, ascii: bool, indent: Any, size: int):
    text = json.dumps(given_object, ensure_ascii=ascii, indent=indent)
    stream = JsonStream()

    values = [value for at in range(0, len(text), size) for value in stream.feed(text[at : at + size])]

    assert values[-1] == Value((), given_object)
    assert stream.is_whole
    assert not stream.unreadable


@given(OBJECTS, st.integers(0, 500))
def test_what_was_read_of_half_a_text_stays_when_the_rest_comes(given_object: Any, cut: int):
    text = json.dumps(given_object)
    stream = JsonStream()

    first = list(map(repr, stream.feed(text[:cut])))
    rest = list(map(repr, stream.feed(text[cut:])))

    assert first + rest == list(map(repr, read(text)))


@given(st.text('{}[]",:\\ \n1ab-', max_size=60), st.integers(1, 60))
def test_what_is_no_json_harms_nothing_and_reads_the_same_however_it_is_cut(text: str, cut: int):
    stream = JsonStream()

    values = stream.feed(text[:cut]) + stream.feed(text[cut:])

    assert [value.path for value in values] == [value.path for value in read(text)]


def test_the_values_inside_come_first_and_each_has_its_path():
    assert read('{"a": [1, {"b": "c"}]}') == [
        Value(("a", 0), 1),
        Value(("a", 1, "b"), "c"),
        Value(("a", 1), {"b": "c"}),
        Value(("a",), [1, {"b": "c"}]),
        Value((), {"a": [1, {"b": "c"}]}),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('Of course! Here it is:\n\n{"a": 1}\n\nAnything else?', {"a": 1}),
        ('{"a": [1, 2,], }', {"a": [1, 2]}),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}),
        ("{a: 1, b: [x y]}", {"a": 1, "b": ["x", "y"]}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('{"a": "it\\\'s \\d"}', {"a": "it's d"}),
        ('{"a": "He said "no" to them."}', {"a": 'He said "no" to them.'}),
        ('{"a": [1, 2}', {"a": [1, 2]}),
        ('{"a": TRUE, "b": None, "c": 1.50, "d": 007}', {"a": True, "b": "None", "c": 1.5, "d": 7}),
        ('{"a": "\\ud83d\\ude00 \\ud800"}', {"a": "😀 \ufffd"}),
        ('{"a": ' + "9" * 400 + "}", {"a": "9" * 400}),
        ("{“a”: 1}", {"“a”": 1}),
    ],
)
def test_what_models_make_of_json_is_read(text: str, found: Any):
    assert outermost(text)[-1] == found


@pytest.mark.parametrize(
    "text", ['{"a": "He said "yes", and left."}', '{"a" 1}', '{"a", "b": 1}', '{"text": "one" two}']
)
def test_an_object_of_which_a_part_cannot_be_read_is_counted_and_not_given(text: str):
    stream = JsonStream()

    values = [value for value in stream.feed(text) if isinstance(value.value, dict)]

    assert not values
    assert stream.unreadable or not stream.is_whole


@pytest.mark.parametrize("text", ["", "prose", '{"a": 1', '{"a": "b}', '{"a": ["b"', "{", "]"])
def test_half_of_it_is_not_whole(text: str):
    stream = JsonStream()
    stream.feed(text)

    assert not stream.is_whole


def test_the_length_of_a_string_is_known_while_it_comes():
    stream = JsonStream()
    stream.feed('{"a": "' + "x" * 50)
    assert stream.pending == 50

    stream.feed('", "b": "yz')
    assert stream.pending == 2


def test_brackets_without_end_are_no_answer():
    assert outermost("[" * 100_000 + "]" * 100_000)
    assert max(len(value.path) for value in read("[" * 100_000 + "]" * 100_000)) < DEEPEST


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "' + "x" * 300_000,
        '{"a": ' + "x" * 300_000,
        '{"a": "b"' + " " * 300_000,
        '{"a": [' + "1," * 150_000,
        "[" * 300_000,
        '{"' * 150_000,
        '"' * 300_000,
        '{"a":"' + "\\" * 300_000,
        '{"a":"' + '" ' * 150_000,
        "}" * 300_000,
    ],
    ids=lambda text: str(text[:8] + text[-2:]),
)
def test_it_takes_time_by_the_length_of_the_text_only(text: str):
    began = time.process_time()

    read(text, size=7)

    assert time.process_time() - began < 10  # what is quadratic takes minutes
