from __future__ import annotations

import re
import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hitl.report import Report
from hitl.report.export import ReportBundle, export
from hitl.report.export.bundle import Decided, dropped_after
from tests.app.visitor import (
    PLUTO,
    cancel,
    decide,
    desk_key,
    dropped_in,
    has_button,
    ids_behind,
    keep_or_drop,
    log_of,
    open_page,
    quotes,
    run_id_of,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.markdown import cited_numbers


def test_approving_at_once_gives_a_report_with_references_and_a_download():
    at = start_and_wait(name="Ana")
    decide(at, "approve")
    wait_for(at, shows("References"))

    run = at.session_state["run"]
    assert run.status == "completed"
    assert "approved by Ana" in text_of(at)
    assert f"{len(run.result['claims'])} sentences: " in text_of(at)
    assert set(cited_numbers(run.result["markdown"])) == {r["number"] for r in run.result["references"]}
    assert at.download_button[0].label == "Download Word"
    assert "approve" not in {button.key for button in at.button}


def test_session_state_holds_the_run_and_through_it_handler_and_context():
    at = start_and_wait()
    run = at.session_state["run"]
    assert run.id == run_id_of(at)
    assert run.ctx is run.handler.ctx


def test_the_log_tells_what_happened():
    at = start_and_wait(name="Ana")
    assert f"Started: {PLUTO}" in log_of(at)
    assert "ranked" in log_of(at)
    assert "Waiting for a human: review findings" in log_of(at)

    at.text_area(key="feedback").input("Who discovered it?")
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert "Ana: rejected, feedback: “Who discovered it?”" in log_of(at)


def test_rejecting_twice_and_dropping_a_finding_keeps_it_out_of_the_report():
    at = start_and_wait()
    (dropped_id, dropped), *_ = quotes(at).items()
    keep_or_drop(at, dropped_id)
    assert "7 of 8 kept" in text_of(at)
    at.text_area(key="feedback").input("Who discovered Pluto?")
    decide(at, "reject")
    wait_for(at, shows("Round 2"))

    assert dropped_id not in quotes(at)
    assert "Clyde Tombaugh discovered Pluto" in "\n".join(quotes(at).values())
    assert at.text_area(key="feedback").value == ""

    before = quotes(at)
    at.text_area(key="feedback").input("What did New Horizons see?")
    decide(at, "reject")
    wait_for(at, shows("Round 3"))
    assert before.items() <= quotes(at).items()

    decide(at, "approve")
    wait_for(at, shows("References"))
    run = at.session_state["run"]
    assert not any(sentence in run.result["markdown"] for sentence in dropped.split(". "))
    assert [answer.body["feedback"] for answer in run.answers] == [
        "Who discovered Pluto?",
        "What did New Horizons see?",
        "",
    ]


def test_rejecting_without_a_remark_looks_deeper():
    at = start_and_wait()
    before = quotes(at)
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert len(quotes(at)) > len(before)


def test_nothing_can_be_approved_when_everything_is_dropped():
    at = start_and_wait("What is a U-value")
    for finding in quotes(at):
        keep_or_drop(at, finding)
    assert at.button(key="approve").disabled


def test_nothing_found_asks_for_better_words_and_offers_no_approval():
    at = start_and_wait("Aqueducts of Gaul")
    assert "Nothing in 19 documents answers" in text_of(at)
    assert not has_button("approve")(at)

    at.text_input(key="hitl.better_topic").input(PLUTO)
    decide(at, "reject")
    wait_for(at, has_button("approve"))
    assert "Pluto" in text_of(at)


def test_the_answer_better_words_too_long_is_refused_in_words():
    at = start_and_wait("Aqueducts of Gaul")
    at.text_input(key="hitl.better_topic").input("word " * 200)
    decide(at, "reject")
    assert "The topic has 500 characters too many: at most 500 are taken. Shorten it" in text_of(at)
    assert at.session_state["run"].status == "waiting"
    assert at.text_input(key="hitl.better_topic").value == "word " * 200


def test_a_click_right_after_the_first_drawing_is_ignored():
    at = start_and_wait()
    question = at.session_state["run"].question
    at.session_state["hitl.drawn"][question.id] += 1000  # drawn only now, or later
    at.button(key="approve").click().run()
    assert at.session_state["run"].question == question
    assert has_button("approve")(at)


def test_cancelling_a_waiting_run_ends_it_and_offers_to_start_again():
    at = start_and_wait()
    first = run_id_of(at)
    cancel(at)
    assert "This run was cancelled" in text_of(at)

    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("approve"))
    assert run_id_of(at) != first
    assert at.session_state["run"].inputs["topic"] == PLUTO


def test_new_run_goes_back_to_the_start_and_leaves_the_run_where_it_is():
    at = start_and_wait()
    run = at.session_state["run"]
    at.button(key="new_run").click().run()
    assert has_button("start")(at)
    assert "run" not in at.query_params
    assert run.status == "waiting"


def test_a_second_page_attaches_by_the_address():
    at = start_and_wait()
    other = open_page(run_id_of(at))
    assert quotes(other) == quotes(at)
    assert log_of(other) == log_of(at)


def test_two_pages_answer_and_the_second_is_told_who_won():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    ben.text_area(key="feedback").input("More on Eris").run()

    decide(ana, "approve")
    decide(ben, "reject")

    assert "Ana was faster and decided at" in text_of(ben)
    run = ana.session_state["run"]
    assert [(answer.by, answer.body["approved"]) for answer in run.answers] == [("Ana", True)]
    assert "Your decision was not used: rejected, feedback: “More on Eris”" in text_of(ben)


def test_whoever_came_second_keeps_what_they_had_typed_for_the_next_round():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    dropped = next(iter(quotes(ben)))
    keep_or_drop(ben, dropped)
    ben.text_area(key="feedback").input("More on Eris").run()

    decide(ana, "reject")
    decide(ben, "reject")
    wait_for(ben, shows("Round 2"))

    assert "Ana was faster" in text_of(ben)
    assert ben.text_area(key="feedback").value == "More on Eris"
    assert dropped in dropped_in(ben)
    wait_for(ana, shows("Round 2"))
    assert ana.text_area(key="feedback").value == ""


def test_what_was_sent_does_not_come_back_in_the_next_round():
    at = start_and_wait()
    at.text_area(key="feedback").input("Who discovered it?").run()
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert at.text_area(key="feedback").value == ""


def test_both_pages_follow_to_the_end():
    ana = start_and_wait(name="Ana")
    ben = open_page(run_id_of(ana), name="Ben")
    decide(ana, "approve")
    wait_for(ana, shows("References"))
    wait_for(ben, shows("References"))
    assert log_of(ana) == log_of(ben)


def test_better_words_become_the_title():
    at = start_and_wait("Aqueducts of Gaul")
    at.text_input(key="hitl.better_topic").input("coral bleaching")
    decide(at, "reject")
    wait_for(at, has_button("approve"))
    assert "coral bleaching" in [title.value for title in at.title]
    decide(at, "approve")
    wait_for(at, shows("References"))
    assert "Coral bleaching" in [title.value for title in at.title]


def test_a_draft_stays_with_its_question_when_the_visitor_looks_at_something_else():
    at = start_and_wait()
    run_id, dropped = run_id_of(at), next(iter(quotes(at)))
    keep_or_drop(at, dropped)
    at.text_area(key="feedback").input("Who discovered it?").run()

    at.button(key="new_run").click().run()
    start(at, PLUTO)
    wait_for(at, has_button("approve"))
    assert "8 of 8 kept" in text_of(at)
    assert at.text_area(key="feedback").value == ""

    at.query_params["run"] = run_id
    at.run()
    assert "7 of 8 kept" in text_of(at)
    assert at.text_area(key="feedback").value == "Who discovered it?"


def test_the_next_round_says_what_was_decided_last():
    at = start_and_wait(name="Ana")
    at.text_area(key="feedback").input("Who discovered it?")
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert "Last decision: Ana at" in text_of(at)
    assert "rejected, feedback: “Who discovered it?”" in text_of(at)


def heading_of(at: AppTest) -> str:
    """The heading of the finding that is open."""
    (heading,) = (line for line in text_of(at).splitlines() if re.match(r"### \d+ · ", line))
    return heading.removeprefix("### ")


def press(at: AppTest, button: str) -> None:
    """Click a button of the desk, some time after the last click, and draw the whole page again."""
    if "hitl.desk" in at.session_state:
        at.session_state["hitl.desk"].opened_at = at.session_state["hitl.desk"].noting_at = 0.0
    at.button(key=desk_key(at, button)).click().run()
    at.run()
    assert not at.exception


def rows(at: AppTest) -> list[str]:
    """Ids of the findings in the rows of the list, in order."""
    return ids_behind(at.button, desk_key(at, "open-"))


def test_the_desk_goes_from_finding_to_finding_and_drops_and_restores_the_one_that_is_open():
    at = start_and_wait()
    ids = list(quotes(at))
    assert heading_of(at).startswith("1 · What counts as a planet")
    press(at, "next")
    press(at, "next")
    press(at, "previous")
    assert heading_of(at).startswith("2 · ")
    press(at, "drop")
    assert dropped_in(at) == [ids[1]]
    assert "7 of 8 kept" in text_of(at)
    assert ":red-badge[dropped]" in text_of(at)
    press(at, "drop")
    assert dropped_in(at) == []
    press(at, f"open-{ids[7]}")
    press(at, "next")
    assert heading_of(at).startswith("8 · ")


def test_what_nobody_can_have_seen_yet_is_not_dropped():
    at = start_and_wait()
    press(at, "next")
    at.session_state["hitl.desk"].opened_at = time.monotonic() + 1000  # as if it were opened only now
    at.button(key=desk_key(at, "drop")).click().run()
    at.run()
    assert dropped_in(at) == []


def test_the_grouping_is_in_the_address_and_a_group_is_dropped_at_once():
    at = start_and_wait()
    at.segmented_control(key=desk_key(at, "group")).set_value("Source").run()
    assert at.query_params["group"] == "source"

    again = open_page(run_id_of(at))
    again.query_params["group"] = "source"
    again.run()
    assert again.segmented_control(key=desk_key(again, "group")).value == "Source"
    press(again, "group_all-nine-planets.md")
    assert {finding["location"] for finding in kept_of(again)} == {"what-counts-as-a-planet.html"}
    press(again, "group_all-nine-planets.md")
    assert "8 of 8 kept" in text_of(again)


def kept_of(at: AppTest) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = at.session_state["run"].question.body["findings"]
    return [finding for finding in findings if finding["id"] not in dropped_in(at)]


def test_the_list_is_searched_and_filtered_and_what_it_shows_is_dropped_at_once():
    at = start_and_wait()
    at.text_input(key=desk_key(at, "find-0")).input("eris").run()
    at.run()
    found = rows(at)
    assert 0 < len(found) < 8
    press(at, "drop_shown")
    at.text_input(key=desk_key(at, "find-0")).input("").run()
    at.pills(key=desk_key(at, "only-0")).set_value(["Dropped"]).run()
    at.run()
    assert rows(at) == found == dropped_in(at)
    at.pills(key=desk_key(at, "only-0")).set_value(["With a note"]).run()
    at.run()
    at.text_input(key=desk_key(at, "find-0")).input("kuiper").run()
    at.run()
    assert "No finding fits" in text_of(at)
    press(at, "show_all")
    assert len(rows(at)) == 8
    assert at.text_input(key=desk_key(at, "find-1")).value == ""
    assert has_button("approve")(at)


def test_a_note_goes_into_the_decision_the_next_round_and_the_trail():
    at = start_and_wait(name="Ana")
    noted, other, *_ = quotes(at)
    press(at, "note")
    at.text_input(key=desk_key(at, f"note-{noted}")).input("Is *this* still true?").run()
    at.run()
    press(at, "next")
    assert heading_of(at).startswith("2 · ")
    assert not [field for field in at.text_input if (field.key or "").startswith(desk_key(at, "note-"))]
    keep_or_drop(at, other)
    decide(at, "reject")
    wait_for(at, shows("Round 2"))

    assert r"Is \*this\* still true?" in text_of(at)
    decide(at, "approve")
    wait_for(at, shows("References"))
    run = at.session_state["run"]
    assert run.answers[0].body["notes"] == {noted: "Is *this* still true?"}
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
    markdown = export(ReportBundle.of(run.id, Report(**run.result), asked, run.answers), "md").decode()
    assert r"“Is \*this\* still true?”" in markdown
    assert "noted 1 finding" in markdown


def test_what_was_dropped_earlier_can_be_seen_and_restored():
    at = start_and_wait()
    first, second, *_ = quotes(at)
    keep_or_drop(at, first)
    keep_or_drop(at, second)
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert not {first, second} & {*rows(at), *quotes(at)}

    at.button(key="hitl.show_dropped").click().run()
    at.run()
    assert rows(at) == dropped_in(at) == [first, second]
    assert heading_of(at).startswith("1 · ")
    keep_or_drop(at, first, keep=True)
    assert rows(at) == [second]
    decide(at, "approve")
    wait_for(at, shows("References"))

    run = at.session_state["run"]
    assert run.answers[0].body["dropped"] == [first, second], "in the order of the review"
    assert run.answers[1].body["restored"] == [first]
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
    bundle = ReportBundle.of(run.id, Report(**run.result), asked, run.answers)
    (dropped,) = dropped_after([each for each in bundle.decisions if isinstance(each, Decided)])
    assert dropped == second


def test_what_is_typed_and_would_not_be_looked_for_is_asked_about_before_it_is_approved():
    at = start_and_wait()
    at.text_area(key="feedback").input("Who discovered it?").run()
    decide(at, "approve")
    run = at.session_state["run"]
    assert "You have typed what is missing" in text_of(at)
    assert run.answers == []
    assert at.text_area(key="feedback").value == "Who discovered it?"

    at.session_state["hitl.desk"].doubted_at = time.monotonic() + 1000  # as if it were asked only now
    decide(at, "approve")
    assert run.answers == []
    at.session_state["hitl.desk"].doubted_at -= 2000

    at.text_area(key="feedback").input("And when?").run()
    at.run()
    assert "You have typed what is missing" not in text_of(at)
    decide(at, "approve")
    assert "You have typed what is missing" in text_of(at), "something else is typed, which nobody was asked about"
    assert run.answers == []

    at.session_state["hitl.desk"].doubted_at -= 1000
    decide(at, "approve")
    wait_for(at, shows("References"))
    assert run.answers[0].body["feedback"] == "And when?"


def test_quick_reasons_stand_in_the_feedback_in_plain_words():
    at = start_and_wait()
    at.pills(key="hitl.reasons").set_value(["Figures", "More recent"]).run()
    at.text_area(key="feedback").input("Who discovered it?").run()
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert at.session_state["run"].answers[0].body["feedback"] == "Wanted: more recent, figures.\nWho discovered it?"
    assert at.pills(key="hitl.reasons").value == []
    assert "Who discovered it: " in text_of(at)
    assert not any(part["text"].startswith("Wanted") for part in at.session_state["run"].question.body["parts"])


def test_earlier_rounds_are_read_again_with_what_was_decided():
    at = start_and_wait(name="Ana")
    dropped, quote = next(iter(quotes(at).items()))
    keep_or_drop(at, dropped)
    at.text_area(key="feedback").input("Who discovered it?")
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    assert "Ana asked for “Who discovered it?”" in text_of(at)
    assert "### Round 1: 8 findings" not in text_of(at)

    (choice,) = (each for each in at.segmented_control if (each.key or "").startswith("hitl.round-"))
    assert choice.options == ["Round 1", "Round 2"]
    run = at.session_state["run"]
    first, second = run.answers[0].question_id, run.question.id
    choice.set_value(first).run()
    assert "## Round 1: 8 findings" in text_of(at)
    assert "Ana rejected at" in text_of(at)
    opens = f"hitl.desk-{first}-open-"
    labels = {str(each.key).removeprefix(opens): each.label for each in at.button if opens in str(each.key)}
    assert [id_ for id_, label in labels.items() if "dropped" in label] == [dropped]
    assert len(labels) == 8
    assert quote.split()[0] in text_of(at)
    assert not {button.key for button in at.button} & {"approve", "reject"}
    assert not [pill for pill in at.pills if "-kept-" in str(pill.key)]
    at.button(key=f"hitl.desk-{first}-next").click().run()
    at.run()
    assert "2 of 8" in text_of(at)

    at.segmented_control(key=str(choice.key)).set_value(second).run()
    decide(at, "approve")
    wait_for(at, shows("References"))


@pytest.mark.parametrize("widget", ["hitl.weaker", "hitl.own"])
def test_better_words_are_taken_along_from_where_nothing_was_found(widget):
    at = start_and_wait("Aqueducts of Gaul")
    at.text_input(key="hitl.better_topic").input(PLUTO)

    at.session_state["hitl.drawn"][at.session_state["run"].question.id] -= 1000
    at.button(key=widget).click().run()
    at.run()

    if widget == "hitl.own":
        assert at.text_input(key="topic").value == PLUTO
    else:
        wait_for(at, has_button("approve"))
        assert at.session_state["run"].answers[0].body["topic"] == PLUTO


def test_nothing_found_leads_on_to_weaker_matches_and_to_other_documents():
    at = start_and_wait("Aqueducts of Gaul")
    run_id = run_id_of(at)
    decide(at, "hitl.weaker")
    wait_for(at, lambda at: len(at.session_state["run"].answers) == 1 and has_button("reject")(at))
    assert at.session_state["run"].question.body["round"] == 2

    at.query_params["run"] = run_id
    at.button(key="hitl.own").click().run()
    at.run()
    assert at.text_input(key="topic").value == "Aqueducts of Gaul"
    assert at.segmented_control(key="hitl.documents").value == "My own documents"


def test_feedback_that_is_too_long_stays_and_is_said_to_be():
    at = start_and_wait()
    at.text_area(key="feedback").set_value("x" * 5_003).run()
    at.run()
    assert "What is missing has 3 characters too many: at most 5,000 are taken" in text_of(at)
    assert "Shorten it" not in text_of(at)

    for widget in ("reject", "approve"):
        decide(at, widget)
        assert at.session_state["run"].answers == []
        assert "at most 5,000 are taken. Shorten it" in text_of(at)
        assert "You have typed" not in text_of(at), "nothing can go on without it"
    assert at.text_area(key="feedback").value == "x" * 5_003
    at.text_area(key="feedback").set_value("x" * 5_000).run()
    decide(at, "reject")
    wait_for(at, shows("Round 2:"))
