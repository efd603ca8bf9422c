from __future__ import annotations

from tests.app.visitor import (
    PLUTO,
    cancel,
    decide,
    dropped_in,
    has_button,
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
    assert [button.label for button in at.download_button][0] == "Download Word"
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
    assert "at most 500 characters" in text_of(at)
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
