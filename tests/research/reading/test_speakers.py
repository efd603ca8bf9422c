from __future__ import annotations

import pytest

from hitl.research.reading.blocks import Block, heading
from hitl.research.reading.speakers import names_in, with_speakers


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["ANN: Yes.", "BOB: No."], {"ANN", "BOB"}),
        (["Ann: Yes.", "Bob: No.", "Ann: Well."], {"Ann", "Bob"}),
        (["Ana Berg: Yes.", "Ana Berg: No."], {"Ana Berg"}),
        (["Dr Smith: Yes.", "Ann: No."], {"Dr Smith", "Ann"}),
        (["Moderator: Welcome.", "Ann: The moderator is right."], {"Moderator", "Ann"}),
        (["Speaker 1: Yes.", "Speaker 2: No.", "Speaker 1: Well."], {"Speaker 1", "Speaker 2"}),
        (["Q: Is it?", "A: It is.", "Q: Why?", "A: So."], {"Q", "A"}),
        (["Maria de la Cruz: Sí.", "Øyvind: Nei.", "Øyvind: Ja."], {"Maria de la Cruz", "Øyvind"}),
        (["王：好。", "李：不。", "王：好。"], {"王", "李"}),
        (["ИВАН: Да.", "ОЛЬГА: Нет."], {"ИВАН", "ОЛЬГА"}),
    ],
)
def test_who_speaks_is_known(lines, names):
    assert names_in(lines) == names


@pytest.mark.parametrize(
    "lines",
    [
        ["Note: a.", "Example: b.", "Note: c."],
        ["ANN: Yes."],
        ["Opening hours: 9 to 17", "Closing day: Sunday"],
        ["Monday to Friday: 9 to 17", "Sunday: closed"],
        ["Benefits: many.", "Drawbacks: few."],
        ["METHODS: we asked.", "RESULTS: they said."],
        ["Costs: high.", "Costs: low.", "The costs are these."],
        ["Decision: yes.", "Decision: no."],
        ["See http://a.example: x", "See http://b.example: y"],
        ["At 10:30 we met.", "At 11:30 we left."],
        [],
    ],
)
def test_other_lines_with_a_colon_name_nobody(lines):
    assert names_in(lines) == frozenset()


def test_only_paragraphs_and_items_have_speakers():
    blocks = [heading("ANN: a heading"), Block("ANN: Yes.\nBOB: No.\nIndeed."), Block("ANN: x | y", "row")]

    assert with_speakers(blocks) == [
        blocks[0],
        Block("ANN: Yes.", speaker="ANN"),
        Block("BOB: No.\nIndeed.", speaker="BOB"),
        blocks[2],
    ]
