"""A real client and a fake server: what a model writes becomes sentences with the findings that they cite."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from hitl.report.text import Sentence
from hitl.report.writing.answer import MOST_SENTENCES, TEXT_CHARACTERS
from hitl.report.writing.model_text import STOPPED
from tests.conftest import until
from tests.fake_openai import Cuts, Declines, Fails, FakeOpenAI, FallsSilent, Refuses, Reply, Says, Stops
from tests.llm.asking import SOON, refuses_schemas
from tests.report.findings import finding
from tests.report.writing.writing import FINDINGS, QUOTES, request_for, sections, statements, text_of, write

SOLAR, WIND, WATER = QUOTES
GOOD = sections(("", [([1], SOLAR)]), ("Wind", [([2], WIND), ([1, 3], "Solar power and water.")]))
EARLIER = text_of(("", [([1], SOLAR), ([2], "Wind power shrank.")]), ("Water", [([3], WATER), ([], "It is wet.")]))
"""Its statements: 1 and 2, the heading 3, 4 and 5."""


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def input_of(server: FakeOpenAI, request: int = -1) -> dict[str, Any]:
    body = server.requests[request].body
    given: dict[str, Any] = json.loads((body.get("input") or body["messages"])[1]["content"])
    return given


def schema_of(server: FakeOpenAI, request: int = -1) -> Any:
    body = server.requests[request].body
    return body.get("response_format") or body["text"]["format"]


def test_sections_of_sentences_come_with_the_ids_of_their_findings(server: FakeOpenAI, api: str):
    server.replies.append(Says(GOOD))

    result = write(server, HITL_MODEL_API=api)

    assert [section.heading for section in result.written.text.sections] == ["", "Wind"]
    assert result.sentences == [SOLAR, WIND, "Solar power and water."]
    assert result.cited == [[1], [2], [1, 3]]
    assert (result.written.problem, result.written.cut, result.said) == ("", "", [])
    assert [call.step for call in result.calls] == ["writing"]


def test_only_numbers_of_findings_that_exist_can_be_expressed(server: FakeOpenAI, api: str):
    server.replies.append(Says(GOOD))

    write(server, HITL_MODEL_API=api)

    assert '"enum": [1, 2, 3]' in json.dumps(schema_of(server))
    assert [given["number"] for given in input_of(server)["findings"]] == [1, 2, 3]
    assert [given["quote"] for given in input_of(server)["findings"]] == [*QUOTES]


def test_each_piece_is_handed_on_when_it_is_whole(server: FakeOpenAI, api: str):
    server.replies.append(FallsSilent(GOOD[: GOOD.index("and water")]))

    result = write(server, HITL_MODEL_API=api, silence=SOON)

    assert [piece.text if isinstance(piece, Sentence) else f"# {piece}" for piece in result.pieces] == [
        SOLAR,
        "# Wind",
        WIND,
    ]
    assert result.sentences == [SOLAR, WIND]
    assert "fallen silent" in result.written.problem


def test_a_server_without_schemas_gets_the_form_by_prompt(server: FakeOpenAI, api: str):
    server.replies.extend([refuses_schemas(), Says(f"Here is your report:\n```json\n{GOOD}\n```\nGood luck!")])

    result = write(server, HITL_MODEL_API=api)

    assert result.sentences == [SOLAR, WIND, "Solar power and water."]
    assert '{"sections": [{"heading": ""' in str(server.requests[1].body)
    assert "Asking without a schema" in result.said[0]


LENIENT = [
    ('{"sections": [{"heading": "A", "sentences": [{"findings": ["1", "[2]"], "text": "One."}]}]}', ["One."], [[1, 2]]),
    ('{"sections": [{"heading": "A", "sentences": [{"findings": 3, "text": "One."}]}]}', ["One."], [[3]]),
    ('{"sections": [{"heading": "A", "sentences": [{"findings": "1 and 3", "text": "One."}]}]}', ["One."], [[1, 3]]),
    ('{"sections": [{"heading": "A", "sentences": [{"findings": [2.0, 2], "text": "One."}]}]}', ["One."], [[2]]),
    ('{"sections": [{"heading": "A", "sentences": [{"text": "One."}]}]}', ["One."], [[]]),
    ('{"sections": [{"heading": "A", "sentences": [{"text": "One [1]."}]}]}', ["One."], [[1]]),
    ('{"sections": [{"heading": "A", "sentences": ["One.", "Two [1][2]."]}]}', ["One.", "Two."], [[], [1, 2]]),
    ('{"sections": [{"heading": "A", "findings": [1], "text": "One. Two."}]}', ["One.", "Two."], [[1], [1]]),
    ('{"sentences": [{"findings": [1], "text": "One."},]}', ["One."], [[1]]),
    ('[{"findings": [1], "text": "One."}, {"findings": [2], "text": "Two."}]', ["One.", "Two."], [[1], [2]]),
    ('{"report": {"sections": [{"sentences": [{"findings": [1], "text": "One."}]}]}}', ["One."], [[1]]),
    ('{"sections": [{"sentences": [{"findings": [1], "text": "One."}], "heading": "A"}]}', ["One."], [[1]]),
    (
        '{"sections": [{"heading": "", "sentences": [{"findings": [1], "text": "One "and" two."}]}]}',
        ['One "and" two.'],
        [[1]],
    ),
    ('{"sections": [{"heading": "", "sentences": [{"findings": [null, true, {}], "text": "One."}]}]}', ["One."], [[]]),
]


@pytest.mark.parametrize(("answer", "texts", "cited"), LENIENT)
def test_what_models_make_of_the_form_is_understood(
    server: FakeOpenAI, answer: str, texts: list[str], cited: list[list[int]]
):
    server.replies.append(Says(answer))

    result = write(server)

    assert (result.sentences, result.cited) == (texts, cited)
    assert not result.written.problem


def test_numbers_that_no_finding_has_are_left_out_and_counted(server: FakeOpenAI, api: str):
    server.replies.append(Says(sections(("", [([1, 7], "One."), ([0, -2, 99], "Two.")]))))

    result = write(server, HITL_MODEL_API=api)

    assert result.cited == [[1], []]
    assert "4 citations of findings that do not exist left out" in result.written.cut


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Solar power grew [1].", "Solar power grew."),
        ("Solar power grew. [1]", "Solar power grew."),
        ("Solar power grew [1][2].", "Solar power grew."),
        ("Solar power grew [2, 1]", "Solar power grew"),
        ("Solar power grew [3].", "Solar power grew [3]."),
        ("Solar power [1] grew.", "Solar power [1] grew."),
        ("Solar power grew [2025].", "Solar power grew [2025]."),
        ("**Solar** [power](http://127.0.0.1/x) <b>grew</b>.", "**Solar** [power](http://127.0.0.1/x) <b>grew</b>."),
        ("## Solar\n\n| power |\n", "## Solar | power |"),
        ("Sol\u200bar\u202e power\u0000 grew.", "Solar power grew."),
        ("Solar \ud83d power grew.", "Solar \ufffd power grew."),
        (" Solar\tpower\r\ngrew. ", "Solar power grew."),
    ],
)
def test_a_sentence_is_plain_text_on_one_line(server: FakeOpenAI, text: str, plain: str):
    server.replies.append(
        Says(json.dumps({"sections": [{"heading": "", "sentences": [{"findings": [1, 2], "text": text}]}]}))
    )

    result = write(server)

    assert result.sentences == [plain]
    assert result.cited == [[1]], "the other has no word of it that this one has not"


@pytest.mark.parametrize("text", ["", "…", " - ", "[1]"])
def test_what_says_nothing_is_no_sentence(server: FakeOpenAI, text: str):
    server.replies.append(Says(sections(("", [([2], WIND)]), ("…", [([1], text), ([1], SOLAR)]))))

    result = write(server)

    assert result.sentences == [WIND, SOLAR]
    assert result.written.text.sections[1].heading == ""


def test_prose_is_asked_for_once_more_and_visibly(server: FakeOpenAI, api: str):
    server.replies.extend([Says(f"{SOLAR} [1]"), Says(GOOD)])

    result = write(server, HITL_MODEL_API=api)

    assert result.cited == [[1], [2], [1, 3]]
    assert "asking once more" in result.said[0]
    assert [call.step for call in result.calls] == ["writing", "writing"]


@pytest.mark.parametrize("prose", ["I can not.", '{"sections": []}', '{"sections": [{"heading": "Solar"}]}', "{}"])
def test_prose_twice_is_no_text(server: FakeOpenAI, api: str, prose: str):
    server.replies.extend([Says(prose)] * 3)

    result = write(server, HITL_MODEL_API=api)

    assert not result.written.text.sections
    assert "answered twice" in result.written.problem
    assert len(server.requests) == 2


HALF = GOOD[: GOOD.index("and water")]
FAILURES: list[Reply] = [Cuts(HALF), Cuts(HALF, cleanly=True), Fails(HALF, "boom"), Stops(HALF), Says(HALF)]


@pytest.mark.parametrize("reply", FAILURES, ids=lambda reply: type(reply).__name__)
def test_the_whole_sentences_before_a_failure_are_kept(server: FakeOpenAI, api: str, reply: Reply):
    server.replies.append(reply)

    result = write(server, HITL_MODEL_API=api)

    assert result.sentences == [SOLAR, WIND]
    assert result.written.problem
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [Refuses(401), Declines("Not of the sun."), Refuses(400, "no")], ids=str)
def test_a_call_that_fails_is_a_problem_in_words(server: FakeOpenAI, api: str, reply: Reply):
    server.replies.extend([reply] * 2)

    result = write(server, HITL_MODEL_API=api)

    assert not result.written.text.sections
    assert result.written.problem


def test_a_stop_ends_the_call_at_the_server_and_keeps_whole_sentences(server: FakeOpenAI, api: str):
    endless = itertools.chain([HALF], itertools.repeat("water and "))
    server.replies.append(Says("", pieces=endless, pause=0.01))

    result = write(server, stop_when=lambda result: len(result.pieces) == 3, HITL_MODEL_API=api)

    assert result.sentences == [SOLAR, WIND]
    assert result.written.problem == STOPPED
    assert result.calls[0].usage.estimated
    assert until(lambda: server.hung_up)


def test_a_stop_before_the_first_sentence_leaves_nothing(server: FakeOpenAI, api: str):
    server.replies.append(
        Says(
            "",
            pieces=itertools.chain(['{"sections": [{"heading": ""}, {"heading": "Sun", '], itertools.repeat(" ")),
            pause=0.01,
        )
    )

    result = write(server, stop_when=lambda result: True, HITL_MODEL_API=api)

    assert result.pieces == ["Sun"]
    assert not result.written.text.sections
    assert result.written.problem == STOPPED


def _many(text: str) -> Iterator[str]:
    yield '{"sections": [{"heading": "", "sentences": ['
    for number in itertools.count():
        yield json.dumps({"findings": [1], "text": text.format(number)}) + ","


def _after(beginning: str, again: str) -> Iterator[str]:
    return itertools.chain([beginning], itertools.repeat(again))


ENDLESS: dict[str, tuple[Callable[[], Iterable[str]], int, str]] = {
    "sentences": (lambda: _many("Sentence {}."), MOST_SENTENCES, "more than 200 sentences"),
    "the same again": (lambda: _many("Solar power grew."), 1, "only repeated itself"),
    "one string": (lambda: _after(HALF, "and water " * 10), 2, "a sentence of over 3,000"),
    "one piece": (lambda: (sections(("", [([1], SOLAR), ([1], "x y. " * 1_000)])), " "), 1, "a sentence of over 3,000"),
    "white space": (lambda: _after(HALF[: HALF.rindex("{")], " \n" * 100), 2, "nothing but white space"),
    "numbers": (lambda: _after(HALF[: HALF.rindex("[") + 1], "1, " * 100), 2, "characters, and was ended"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_cut_and_ended_at_the_server(server: FakeOpenAI, api: str, name: str):
    pieces, kept, words = ENDLESS[name]
    server.replies.append(Says("", pieces=pieces()))

    result = write(server, HITL_MODEL_API=api)

    assert len(result.sentences) == kept
    assert words in result.written.cut
    assert not result.written.problem
    if name != "one piece":
        assert until(lambda: server.hung_up)


def test_thirty_megabytes_of_prose_are_given_up_early(server: FakeOpenAI, api: str):
    server.replies.append(Says("", pieces=("x y. " * 1_000 for _ in range(6_000))))

    result = write(server, HITL_MODEL_API=api)

    assert "longer than 15" in result.written.problem
    assert until(lambda: server.hung_up)


def test_a_sentence_that_is_repeated_is_left_out_and_counted(server: FakeOpenAI):
    server.replies.append(
        Says(sections(("", [([1], SOLAR), ([2], WIND)]), ("Again", [([1], SOLAR.upper()), ([3], WATER)])))
    )

    result = write(server)

    assert result.sentences == [SOLAR, WIND, WATER]
    assert "1 statement left out that only repeated others" in result.written.cut


def test_a_long_heading_is_cut_and_said(server: FakeOpenAI):
    server.replies.append(Says(sections(("", [([1], SOLAR)]), ("Wind " * 100, [([2], WIND)]))))

    result = write(server)

    assert 0 < len(result.written.text.sections[1].heading) <= 200
    assert "1 heading cut to 200 characters" in result.written.cut


def test_findings_that_do_not_fit_the_window_are_left_out_by_name(server: FakeOpenAI, api: str):
    findings = [finding(f"Finding {number} " + "of the sun " * 60, start=10_000 * number) for number in range(40)]
    server.otherwise = lambda request: Says(sections(("", [([1], "One.")])))

    result = write(server, request_for(findings), HITL_MODEL_API=api, HITL_MODEL_WINDOW="8000")

    given = input_of(server)["findings"]
    assert 10 < len(given) < 40
    assert f"{40 - len(given)} of 40 findings left out" in result.written.cut
    assert "HITL_MODEL_WINDOW" in result.written.cut
    body = server.requests[0].body
    most = body.get("max_output_tokens") or body.get("max_tokens") or body["max_completion_tokens"]
    sent = sum(len(message["content"]) for message in body.get("input") or body["messages"])
    assert 8_000 - sent / 3 >= most >= 8_000 / 3 - 200
    assert result.sentences == ["One."]


def test_a_window_that_takes_no_finding_is_a_problem(server: FakeOpenAI):
    result = write(server, request_for([finding("sun " * 5_000)]), HITL_MODEL_WINDOW="4000")

    assert not server.requests
    assert "1 of 1 finding left out" in result.written.problem


# writing again


def rewrite(server: FakeOpenAI, answer: Reply, api: str = "chat", **fields: Any):
    server.replies.append(answer)
    return write(server, request_for(earlier=EARLIER, **fields), HITL_MODEL_API=api)


def test_only_what_is_struck_or_noted_is_written_again(server: FakeOpenAI, api: str):
    answer = Says(statements((2, [2], WIND), (3, [3], "On water"), (5, [3], "Water is needed.")))

    result = rewrite(server, answer, api, struck=[2, 5], notes={3: "Too short"})

    assert result.sentences == [SOLAR, WIND, WATER, "Water is needed."]
    assert [section.heading for section in result.written.text.sections] == ["", "On water"]
    assert result.cited == [[1], [2], [3], [3]]
    assert [call.step for call in result.calls] == ["rewriting"]
    assert result.pieces == [
        result.written.text.sections[0].sentences[1],
        "On water",
        result.written.text.sections[1].sentences[1],
    ]


def test_the_model_is_given_what_is_wrong_and_may_change_nothing_else(server: FakeOpenAI, api: str):
    result = rewrite(
        server,
        Says(statements((1, [1], "Changed."), (2, [2], WIND))),
        api,
        struck=[2],
        notes={5: "Who says?"},
        feedback=["Be brief."],
    )

    given = input_of(server)
    assert given["rewrite"] == [2, 5]
    assert given["feedback"] == ["Be brief."]
    assert [(one["number"], one.get("note")) for one in given["report"]] == [
        (1, None),
        (2, "struck out"),
        (3, None),
        (4, None),
        (5, "Who says?"),
    ]
    assert '"enum": [2, 5]' in json.dumps(schema_of(server))
    assert result.sentences == [SOLAR, WIND, WATER, "It is wet."]


def test_what_is_not_replaced_stays_if_noted_and_goes_if_struck(server: FakeOpenAI, api: str):
    result = rewrite(server, Says('{"statements": []}'), api, struck=[2, 3], notes={5: "Who says?"})

    assert result.sentences == [SOLAR, WATER, "It is wet."]
    assert [section.heading for section in result.written.text.sections] == ["", ""]
    assert not result.written.problem


@pytest.mark.parametrize(
    "again", ["Wind power shrank.", "wind  power shrank", "“Wind power shrank.”", "Wind power shrank [2]."]
)
def test_nothing_struck_comes_back_word_for_word(server: FakeOpenAI, again: str):
    result = rewrite(server, Says(statements((2, [2], again), (5, [2], again))), struck=[2, 5])

    assert result.sentences == [SOLAR, WATER]
    assert "2 statements left out that came back word for word" in result.written.cut


def test_what_was_struck_before_does_not_come_back_either(server: FakeOpenAI):
    server.replies.append(Says(sections(("", [([3], WATER)]), ("Solar", [([1], SOLAR), ([2], WIND)]))))

    result = write(server, request_for(banned=["solar", WIND]))

    assert result.sentences == [WATER, SOLAR]
    assert result.written.text.sections[1].heading == ""


def test_a_statement_may_become_several_sentences(server: FakeOpenAI):
    result = rewrite(server, Says(statements((2, [2], f"{WIND} It stood still."))), struck=[2])

    assert result.sentences == [SOLAR, WIND, "It stood still.", WATER, "It is wet."]
    assert result.cited[1:3] == [[2], [2]]


def test_rewriting_that_fails_leaves_what_was_not_struck(server: FakeOpenAI, api: str):
    answer = statements((2, [2], WIND), (5, [3], "Water is needed."))

    result = rewrite(server, Cuts(answer[: answer.index("needed")]), api, struck=[2, 5])

    assert result.sentences == [SOLAR, WIND, WATER]
    assert result.written.problem


def test_with_feedback_alone_all_of_it_is_written_again(server: FakeOpenAI, api: str):
    result = rewrite(server, Says(GOOD), api, feedback=["Begin with the wind."])

    given = input_of(server)
    assert given["earlier text"] == [SOLAR, "Wind power shrank.", "Water", WATER, "It is wet."]
    assert given["feedback"] == ["Begin with the wind."]
    assert result.sentences == [SOLAR, WIND, "Solar power and water."]
    assert [call.step for call in result.calls] == ["rewriting"]


def test_writing_all_of_it_again_that_fails_leaves_the_text_as_it_was(server: FakeOpenAI, api: str):
    result = rewrite(server, Cuts(HALF), api, feedback=["Begin with the wind."])

    assert result.written.text == EARLIER
    assert result.written.problem.endswith("The text before it stands as it was.")


def test_a_long_text_is_rewritten_within_a_small_window(server: FakeOpenAI, api: str):
    text = text_of(
        (
            "",
            [
                ([number % 3 + 1], f"Sentence {number} of the sun, the wind and the water, as it was written.")
                for number in range(150)
            ],
        )
    )
    findings = [*FINDINGS, *(finding("sun " * 100, start=10_000 + 1_000 * number) for number in range(60))]
    server.replies.append(Says(statements((140, [1], "It is new."))))
    request = request_for(findings, earlier=text, struck=[140, 141], notes={}, feedback=["More of the sun. " * 20] * 40)

    result = write(server, request, HITL_MODEL_API=api, HITL_MODEL_WINDOW="8000")

    given = input_of(server)
    assert given["rewrite"] == [140, 141]
    assert {139, 142} < {one["number"] for one in given["report"]}
    assert [one["quote"] for one in given["findings"][:3]] == [*QUOTES], "what they cite comes first"
    assert "left out" in result.written.cut
    assert not result.written.problem
    assert result.sentences[139] == "It is new."
    assert len(result.sentences) == 149


def test_a_text_of_the_longest_size_is_taken_whole(server: FakeOpenAI):
    sentence = "The sun shines on the water, and the wind blows over it."
    text = " ".join([sentence.replace("sun", f"sun {number}") for number in range(TEXT_CHARACTERS // 60)])
    server.replies.append(Says(sections(("", [([1], text)]))))

    result = write(server)

    assert len(result.sentences) == TEXT_CHARACTERS // 60
    assert set(map(tuple, result.cited)) == {(1,)}
