"""What is switched and typed in a review is kept as it changes: through a reload, in another tab, after a restart."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl import file_info
from hitl.engine import Run
from hitl.engine.records import DRAFT_LENGTH
from tests.app.visitor import (
    APP,
    decide,
    desk_key,
    dropped_in,
    has_button,
    keep_or_drop,
    open_page,
    quotes,
    run_id_of,
    shows,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.conftest import until


def browser_of(at: AppTest) -> str:
    return str(at.session_state["hitl.browser"])


def open_again(at: AppTest) -> AppTest:
    """A reload, or another tab of the same browser: a new session, which the browser tells its id."""
    other = AppTest.from_file(str(APP), default_timeout=20)
    other.session_state["hitl.browser"] = browser_of(at)
    other.query_params["run"] = run_id_of(at)
    other.run()
    assert not other.exception
    return other


def switch_off(at: AppTest, number: int) -> str:
    """Switch a finding off; returns its id."""
    finding = list(quotes(at))[number]
    keep_or_drop(at, finding)
    return finding


def say(at: AppTest, feedback: str) -> None:
    at.text_area(key="feedback").input(feedback).run()


def shown(at: AppTest) -> dict[str, Any]:
    """What a review shows of what was entered: the feedback, and the findings that are switched off."""
    off = [finding for finding in quotes(at) if finding in dropped_in(at)]
    return {"feedback": at.text_area(key="feedback").value, "off": off}


def kept(at: AppTest) -> list[tuple[str, dict[str, Any]]]:
    """Every draft of the open question: by whom, and what."""
    run: Run = at.session_state["run"]
    return [(draft.by, draft.body) for draft in run.drafts(run.questions[0].id)]


def test_a_reload_brings_back_what_was_switched_and_typed():
    at = start_and_wait(name="Ana")
    first, third = switch_off(at, 0), switch_off(at, 2)
    say(at, "Who discovered it?")
    at.text_input(key="hitl.better_topic").input("Pluto and Eris").run()
    at.button(key=desk_key(at, "next")).click().run()

    again = open_again(at)

    assert shown(again) == {"feedback": "Who discovered it?", "off": [first, third]}
    assert again.text_input(key="hitl.better_topic").value == "Pluto and Eris"
    assert "6 of 8 kept" in text_of(again)
    assert ":small[2 of 8]" in text_of(again)
    assert [by for by, _ in kept(at)] == ["Ana"]


def test_a_reload_brings_back_what_was_emptied_and_switched_on_again():
    at = start_and_wait()
    finding = switch_off(at, 0)
    say(at, "Who discovered it?")
    keep_or_drop(at, finding, keep=True)
    say(at, "")
    assert shown(open_again(at)) == {"feedback": "", "off": []}


def test_a_restart_of_the_server_brings_it_back():
    at = start_and_wait()
    off = switch_off(at, 1)
    say(at, "Who discovered it?")
    st.cache_resource.clear()  # closes the engine
    assert shown(open_again(at)) == {"feedback": "Who discovered it?", "off": [off]}


def test_another_browser_begins_with_nothing_entered():
    at = start_and_wait(name="Ana")
    say(at, "Who discovered it?")
    other = open_page(run_id_of(at), name="Ben")
    assert browser_of(other) != browser_of(at)
    assert shown(other) == {"feedback": "", "off": []}


def test_two_tabs_show_the_same_and_neither_undoes_what_was_done_in_the_other():
    first = start_and_wait()
    second = open_again(first)

    a = switch_off(first, 0)
    b = switch_off(second, 1)  # it has not been drawn since
    say(first, "Who discovered it?")
    second.run()
    first.run()

    assert shown(first) == shown(second) == {"feedback": "Who discovered it?", "off": [a, b]}


def test_of_two_tabs_the_one_that_was_last_to_change_the_same_text_wins():
    first = start_and_wait()
    second = open_again(first)
    say(first, "of the first tab")
    say(second, "of the second tab")
    first.run()
    assert shown(first)["feedback"] == shown(second)["feedback"] == "of the second tab"
    say(first, "of the first tab again")
    second.run()
    assert shown(second)["feedback"] == "of the first tab again"


def test_an_open_tab_notices_what_is_entered_in_another():
    """What its heartbeat looks at differs then, and the page is drawn again."""
    first = start_and_wait()
    second = open_again(first)
    registered = second.session_state["hitl.shown"]
    unchanged = [each for each in registered if each.look() == each.drawn]  # some need a session, which is not here
    say(first, "Who discovered it?")
    assert len([each for each in unchanged if each.look() != each.drawn]) == 1


def test_what_was_decided_in_one_tab_is_not_offered_again_in_the_other():
    first = start_and_wait()
    say(first, "Who discovered it?")
    second = open_again(first)
    decide(first, "reject")
    for at in (first, second):
        wait_for(at, shows("Round 2"))
        assert shown(at) == {"feedback": "", "off": []}
    assert kept(first) == []


def test_what_was_typed_last_before_a_decision_is_sent_with_it_and_kept_nowhere():
    at = start_and_wait()
    at.text_area(key="feedback").input("Who discovered it?")
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert at.session_state["run"].answers[0].body["feedback"] == "Who discovered it?"
    assert kept(at) == []
    assert shown(open_again(at)) == {"feedback": "", "off": []}


def test_whoever_never_clicked_finds_what_was_typed_in_the_next_round_even_after_a_reload():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    off = switch_off(ben, 2)
    say(ben, "More on Eris")

    decide(ana, "reject")
    wait_for(ana, shows("Round 2"))

    for at in (ben, open_again(ben)):
        wait_for(at, shows("Round 2"))
        assert shown(at) == {"feedback": "More on Eris", "off": [off]}
    assert shown(ana) == {"feedback": "", "off": []}

    say(ben, "")
    assert shown(open_again(ben))["feedback"] == ""


def test_whoever_is_overtaken_by_an_approval_is_told_what_they_had_typed_until_they_hide_it():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    say(ben, "More on *Eris*, please")
    decide(ana, "approve")

    wait_for(ben, shows("References"))
    assert "before you had sent what you typed: “More on \\*Eris\\*, please”" in text_of(ben)
    assert "Ana decided at" in text_of(ben)
    assert "before you had sent" not in text_of(ana)
    again = open_again(ben)
    assert "More on" in text_of(again)

    again.button(key="hitl.overtaken").click().run()
    again.run()
    assert "before you had sent" not in text_of(again)
    assert "before you had sent" not in text_of(open_again(again))


def test_whoever_decides_or_only_drops_something_is_told_nothing_of_being_overtaken():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    switch_off(ben, 1)
    say(ana, "More on Eris")
    decide(ana, "reject")

    wait_for(ben, shows("Round 2"))
    decide(ana, "approve")
    wait_for(ben, shows("References"))
    assert "before you had sent" not in text_of(ben) + text_of(ana)


@pytest.mark.parametrize("had_entered_before", [True, False])
def test_words_that_are_typed_when_somebody_has_decided_already_are_there_in_the_next_round(had_entered_before: bool):
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    off = [switch_off(ben, 2)] if had_entered_before else []
    decide(ana, "reject")

    ben.text_area(key="feedback").input("More on Eris")
    decide(ben, "reject")

    wait_for(ben, shows("Round 2"))
    assert "Ana was faster" in text_of(ben)
    assert shown(ben) == {"feedback": "More on Eris", "off": off}
    assert shown(open_again(ben)) == {"feedback": "More on Eris", "off": off}


def test_what_was_taken_over_from_a_lost_race_goes_with_the_decision():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    say(ben, "More on Eris")
    decide(ana, "reject")
    wait_for(ben, shows("Round 2"))
    decide(ben, "reject")
    wait_for(ben, shows("Round 3"))
    assert ben.session_state["run"].answers[1].body["feedback"] == "More on Eris"
    assert shown(ben)["feedback"] == shown(open_again(ben))["feedback"] == ""


def test_what_is_too_long_to_be_kept_stays_on_the_page_which_says_so_until_it_is_shorter():
    at = start_and_wait("Aqueducts of Gaul")
    better = at.text_input(key="hitl.better_topic")
    better.input("x" * DRAFT_LENGTH).run()
    assert "too long to be kept before it is sent" in text_of(at)
    assert at.text_input(key="hitl.better_topic").value == "x" * DRAFT_LENGTH
    assert kept(at) == []

    at.text_input(key="hitl.better_topic").input("Pluto").run()
    assert "too long" not in text_of(at)
    assert kept(at) == [(browser_name(at), {"topic": "Pluto"})]


def browser_name(at: AppTest) -> str:
    return str(at.text_input(key="hitl.by").value)


def test_a_draft_with_values_that_no_widget_takes_is_passed_over():
    """As another version of the page may leave it behind."""
    at = start_and_wait()
    run: Run = at.session_state["run"]
    finding = next(iter(quotes(at)))
    odd = {"feedback": ["a"], "topic": None, f"keep-{finding}": "no", "keep-gone": False, "unknown": {"a": 1}}
    run.keep_draft(run.questions[0].id, browser_of(at), odd)
    assert shown(open_again(at)) == {"feedback": "", "off": []}
    at.run()
    assert not at.exception
    assert has_button("approve")(at)


def test_a_review_of_a_run_that_is_deleted_meanwhile_ends_calmly():
    at = start_and_wait()
    run: Run = at.session_state["run"]
    run.engine.delete(run.id)
    say(at, "Who discovered it?")
    assert "No such run" in text_of(at)
    assert not at.exception


# ---- in another browser, by name


def offers(at: AppTest) -> list[str]:
    return [str(block.value) for block in at.markdown if "in another browser" in str(block.value)]


def click(at: AppTest, widget: str) -> None:
    (button,) = [button for button in at.button if str(button.key).startswith(f"hitl.{widget}-")]
    button.click().run()
    assert not at.exception


def test_what_was_entered_is_offered_in_another_browser_to_whoever_gives_the_same_name():
    at = start_and_wait(name="Ana")
    off = switch_off(at, 2)
    say(at, "Who discovered it?")

    other = open_page(run_id_of(at), name="ana")
    (offer,) = offers(other)
    assert "**Ana** left a decision on this question" in offer
    assert "Nobody verifies names" in offer
    assert "Who discovered" not in text_of(other)  # nothing of it is shown before it is taken over
    assert shown(other) == {"feedback": "", "off": []}

    click(other, "take_over")
    assert shown(other) == {"feedback": "Who discovered it?", "off": [off]}
    assert offers(other) == []
    assert shown(open_again(other)) == {"feedback": "Who discovered it?", "off": [off]}
    assert offers(open_again(other)) == []
    assert shown(open_again(at)) == {"feedback": "Who discovered it?", "off": [off]}  # it is left where it was


def test_what_is_left_is_offered_again_only_when_it_was_changed_there():
    at = start_and_wait(name="Ana")
    say(at, "Who discovered it?")
    other = open_page(run_id_of(at), name="Ana")
    click(other, "leave")
    assert shown(other) == {"feedback": "", "off": []}
    assert offers(other) == offers(open_again(other)) == []
    say(at, "Who discovered it, and when?")
    other.run()
    assert len(offers(other)) == 1


def test_what_was_entered_in_both_browsers_is_there_after_taking_over():
    at = start_and_wait(name="Ana")
    first = switch_off(at, 0)
    say(at, "Who discovered it?")
    other = open_page(run_id_of(at), name="Ana")
    second = switch_off(other, 1)
    say(other, "And when?")
    click(other, "take_over")
    assert shown(other) == {"feedback": "And when? Who discovered it?", "off": [first, second]}


@pytest.mark.parametrize("name", ["Ben", "", None])
def test_whoever_gives_another_name_or_none_is_offered_nothing(name: str | None):
    at = start_and_wait(name="Ana")
    say(at, "Who discovered it?")
    other = open_page(run_id_of(at), name=name)
    if name == "":
        other.text_input(key="hitl.by").input("").run()
    assert offers(other) == []


def test_the_name_of_the_machines_user_is_nobodys_own():
    """It stands in the field of everybody at the machine until they type one."""
    at = start_and_wait()
    say(at, "Who discovered it?")
    other = open_page(run_id_of(at), name=browser_name(at).upper())
    assert kept(at) == [(browser_name(at), {"feedback": "Who discovered it?"})]
    assert offers(other) == []


def test_what_was_sent_from_one_browser_is_not_offered_there_in_the_next_round():
    phone = start_and_wait(name="Ana")
    say(phone, "Who discovered it?")
    laptop = open_page(run_id_of(phone), name="Ana")
    click(laptop, "take_over")
    decide(laptop, "reject")
    wait_for(laptop, shows("Round 2"))
    assert offers(laptop) == []


def test_who_lost_the_race_on_the_phone_is_offered_it_on_the_laptop_in_the_next_round():
    phone = start_and_wait(name="Ana")
    say(phone, "Who discovered it?")
    ben = open_page(run_id_of(phone), name="Ben")
    decide(ben, "reject")
    wait_for(ben, shows("Round 2"))
    laptop = open_page(run_id_of(phone), name="Ana")
    (offer,) = offers(laptop)
    assert "on an earlier question" in offer
    click(laptop, "take_over")
    assert shown(laptop)["feedback"] == "Who discovered it?"


# ---- the name


def test_a_name_given_in_one_tab_is_there_in_all_tabs_of_the_browser():
    first = start_and_wait()
    second = open_again(first)
    first.text_input(key="hitl.by").input("Ana").run()
    third = open_again(first)
    second.run()
    assert browser_name(second) == browser_name(third) == "Ana"
    third.text_input(key="hitl.by").input("").run()
    first.run()
    assert browser_name(first) == ""
    assert browser_name(open_page(run_id_of(first))) != "Ana"  # another browser


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("  Ana \u202e Lia\u200b ", "Ana Lia"),
        ("महेश", "महेश"),
        ("أنا", "أنا"),
        ("🧑‍🔬 Ada", "🧑‍🔬 Ada"),
        ("\u200b", "a visitor"),
    ],
)
def test_a_name_of_any_script_is_used_without_what_does_not_show(typed: str, used: str):
    at = start_and_wait(name=typed)
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert at.session_state["run"].answers[0].by == used


def test_items_choices_optional_parts_and_files_of_any_form_come_back_even_after_a_restart(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HITL_WORKFLOWS", "party=tests.app.any_flows:PartyFlow")
    at = open_page(name="Ana")
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))
    odd = {"guests": {"items": [[0, 7]]}, "paid": "?", "gift": "yes", "bill": [1]}
    at.session_state["run"].keep_draft(at.session_state["run"].questions[0].id, browser_of(at), odd)
    assert not [field for field in open_again(at).text_input if str(field.key).endswith(".name")]
    for _ in range(3):
        at.button(key="hitl.field.guests.add").click().run()
    for number, name in enumerate(("Ben", "Cleo", "Dan")):
        at.text_input(key=f"hitl.field.guests.{number}.name").input(name).run()
    at.button(key="hitl.field.guests.remove.1").click().run()
    paid = at.selectbox(key="hitl.field.paid")
    paid.set_value(paid.options[1]).run()
    (amount,) = (field for field in at.number_input if str(field.key).startswith("hitl.field.paid"))
    amount.set_value(12).run()
    at.toggle(key="hitl.field.gift").set_value(True).run()
    at.text_input(key="hitl.field.gift.name").input("Eve").run()
    at.file_uploader(key="hitl.field.bill").set_value(("bill.txt", b"12 euros", "text/plain")).run()

    for is_restarted in (False, True):
        if is_restarted:
            st.cache_resource.clear()  # closes the engine
        again = open_again(at)
        names = [field.value for field in again.text_input if str(field.key).endswith(".name")]
        assert names == ["Ben", "Dan", "Eve"]
        assert again.number_input(key=str(amount.key)).value == 12
        assert "bill.txt" in text_of(again)
    again.button(key="hitl.field.guests.remove.0").click().run()
    at.run()
    assert [field.value for field in at.text_input if str(field.key).endswith(".name")] == ["Dan", "Eve"]
    decide(again, "hitl.send")
    run: Run = again.session_state["run"]
    until(lambda: run.status == "completed")
    result = (run.result or {})["result"]
    assert result["guests"] == [{"name": "Dan", "age": 0}]
    assert result["paid"] == {"amount": 12}
    assert result["gift"] == {"name": "Eve", "age": 0}
    assert file_info(result["bill"]).name == "bill.txt"
