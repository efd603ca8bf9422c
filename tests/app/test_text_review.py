"""The review of a model's text on the page: what is asked before something typed is passed over, and what is kept."""

from __future__ import annotations

import json
import re
import time

from streamlit.testing.v1 import AppTest

from hitl.report_ui.desk import UNSEEN
from hitl.report_ui.text_review.text_desk import TextDesk
from hitl.ui.send_answer import TOO_SOON
from tests.app.visitor import (
    PLUTO,
    cancel,
    decide,
    desk_key,
    has_button,
    keep_or_drop,
    quotes,
    run_id_of,
    shows,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.conftest import until
from tests.fake_openai import FakeOpenAI, Says
from tests.report.model_runs import server
from tests.scholar import instead, requests_for, scholar

__all__ = ["server"]  # a fixture

SENTENCES = ("Pluto was reclassified in 2006.", "Pluto was sold in 1999.", "Pluto is very nice indeed.")


def reviewing(server: FakeOpenAI) -> AppTest:
    """A page with the review of three sentences."""
    said = [{"findings": [1] if number < 2 else [], "text": text} for number, text in enumerate(SENTENCES)]
    server.otherwise = instead("writing", Says(json.dumps({"sections": [{"heading": "", "sentences": said}]})))
    at = start_and_wait(PLUTO, name="Ana")
    decide(at, "approve")
    wait_for(at, has_button("publish"))
    return at


def press(at: AppTest, *names: str) -> None:
    """Click buttons of the desk, and draw the whole page again after each: a click draws only what it has changed."""
    for name in names:
        until(lambda: time.monotonic() - desk(at).opened_at > UNSEEN)  # before that nothing is dropped
        at.button(key=desk_key(at, name)).click().run()
        assert not at.exception
        at.run()


def desk(at: AppTest) -> TextDesk:
    found = at.session_state["hitl.text_desk"]
    assert isinstance(found, TextDesk)
    return found


def show_only(at: AppTest, *filters: str) -> None:
    at.pills(key=desk_key(at, f"only-{desk(at).filters_set}")).set_value(list(filters)).run()
    at.run()


def opened(at: AppTest) -> str:
    """The heading of the sentence that is open."""
    return next(str(text.value).split("\n")[0] for text in at.markdown if str(text.value).startswith("### Sentence"))


def test_what_is_typed_is_not_passed_over_without_a_word(server: FakeOpenAI):
    at = reviewing(server)
    at.text_area(key="feedback").input("Who sold it?").run()

    decide(at, "publish")
    assert "You have typed what is missing or wrong, and only **Rewrite** changes the text." in text_of(at)
    assert at.session_state["run"].question

    until(lambda: time.monotonic() - desk(at).doubted_at > TOO_SOON)  # no second click of a double click
    decide(at, "publish")
    wait_for(at, shows("References"))


def test_a_sentence_is_noted_and_its_note_goes_to_the_model_and_into_the_trail(server: FakeOpenAI):
    at = reviewing(server)

    press(at, "next", "note")
    at.text_input(key=desk_key(at, "note-2")).input("Nobody *sold* it.").run()
    at.run()
    assert "1 note" in text_of(at)
    show_only(at, "With a note")
    assert opened(at) == "### Sentence 2"
    decide(at, "rewrite")
    wait_for(at, shows("Review the rewritten text"))

    (request,) = requests_for(server, "rewriting")
    assert "Nobody *sold* it." in json.dumps(request.body)
    head, decision, desk = text_of(at).partition("rewrite, 1 note")
    assert decision and "1 note" not in head + desk, "the note was on the text before"
    choice = at.button_group(key=f"hitl.round-{at.session_state['run'].question.id}")
    assert choice.options == ["Text 1", "Text 2"]
    choice.set_value("Text 1").run()
    assert re.search(r"Ana had it rewritten at [\d:\u2060]+, with 1 note", text_of(at))
    first = at.session_state["hitl.closed_text_desk"].question.id
    at.button(key=f"hitl.desk-{first}-next").click().run()
    at.run()
    assert ":material/edit_note: Nobody \\*sold\\* it." in text_of(at)
    assert not {"publish", "rewrite"} & {button.key for button in at.button}
    at.button_group(key=str(choice.key)).set_value("Text 2").run()
    decide(at, "publish")
    wait_for(at, shows("References"))
    at.session_state["hitl.trail-open"] = True
    at.run()
    assert "noted: “Pluto was sold in 1999.”: “Nobody \\*sold\\* it.”" in text_of(at)


def test_the_list_shows_what_is_doubtful_and_what_is_dropped(server: FakeOpenAI):
    at = reviewing(server)

    show_only(at, "Not verbatim")
    press(at, "next", "drop")
    assert "2 of 3 sentences kept" in text_of(at)

    show_only(at, "Dropped")
    assert f":gray[~~{SENTENCES[1]}~~] :red-badge[dropped]" in text_of(at).replace("\\", "")
    press(at, "drop")  # restores it, so that nothing is listed any more
    assert "3 of 3 sentences kept" in text_of(at)
    assert "No sentence fits" in text_of(at)
    press(at, "show_all")
    assert re.search(r"\d of \d", text_of(at).replace("3 of 3 sentences kept", ""))


def test_what_was_dropped_is_there_after_a_reload(server: FakeOpenAI):
    at = reviewing(server)
    press(at, "next", "drop")

    again = AppTest.from_file(at._script_path, default_timeout=20)
    again.session_state["hitl.browser"] = at.session_state["hitl.browser"]
    again.query_params["run"] = run_id_of(at)
    wait_for(again, has_button("publish"))

    assert "2 of 3 sentences kept" in text_of(again)


def test_the_keys_are_shown_on_demand(server: FakeOpenAI):
    at = reviewing(server)
    assert "`X` drop or restore" not in text_of(at)

    press(at, "keys")

    assert "`X` drop or restore" in text_of(at)


def test_what_was_found_is_taken_up_in_a_new_run_when_one_was_cancelled_while_the_model_wrote(server: FakeOpenAI):
    said = [{"findings": [1], "text": f"Sentence number {number}."} for number in range(500)]
    text = json.dumps({"sections": [{"heading": "", "sentences": said}]})
    server.otherwise = instead("writing", Says(text, pause=0.05))
    at = start_and_wait(PLUTO, name="Ana")
    first, dropped, *_ = quotes(at)
    keep_or_drop(at, dropped)
    found = len(quotes(at))
    decide(at, "approve")
    wait_for(at, shows("Sentence number 1."))
    cancel(at)
    wait_for(at, shows("It cannot be taken up again"))
    cancelled = run_id_of(at)

    at.button(key="hitl.revise").click().run()

    wait_for(at, has_button("approve"))
    assert run_id_of(at) != cancelled
    assert len(quotes(at)) == found - 1
    assert first in quotes(at) and dropped not in quotes(at)
    server.otherwise = scholar
    decide(at, "approve")
    wait_for(at, has_button("publish"))
