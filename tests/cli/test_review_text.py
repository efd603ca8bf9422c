"""Reviews as text: what is to be reviewed, and how to decide."""

from __future__ import annotations

import pytest

from hitl.cli.review_text import decision_commands, show_review
from hitl.engine import Engine
from hitl.report.events import ReviewFindings, ReviewReport
from hitl.report.text import ReportText, Section, Sentence
from hitl.research.evidence import AskedPart
from tests.cli.calling import asked, done
from tests.cli.flows import CLAIMS, REVIEW
from tests.report.findings import finding


def shown(review: ReviewReport | ReviewFindings) -> str:
    return "\n\n".join(show_review(review))


def test_a_text_is_shown_with_its_verdicts_and_the_quotes_beneath(owner: Engine):
    run = owner.start("text")
    question = asked(run)

    lines = done("show", run.id).partition("\nLog\n")[0]

    assert lines.endswith(
        f"""
Question {question.id}, since {question.asked_at.astimezone().strftime("%Y-%m-%d %H:%M")}
  “Tides”: 4 sentences to review: 1 verbatim, 1 reworded, 2 no source

  tiny wrote it from 3 approved findings.

  Nothing was cut.

  tiny: nothing asked so far; rewriting will cost 15 tokens, cost unknown

    1  Tides rise twice a day.
        verbatim · [1]

    2  The sea rises 40 times.
        no source: 40 · [1], [2] · nothing of it is in [2]

  3  The moon
      verbatim · [2]

    4  It is the moon that pulls.
        reworded · [2] · tiny says: supported

    5  Nobody knows why.
        no source

  What it cites:

  [1]  On tides · tides.md · The sea
    “Tides rise twice a day.”

  [2]  On tides · tides.md
    “The moon pulls the sea.”

  hitl answer {run.id[:8]} --question {question.id} --publish [--strike NUMBER …]
  hitl answer {run.id[:8]} --question {question.id} --rewrite [--strike NUMBER …] [--note NUMBER=TEXT …]"""
        f""" [--feedback TEXT] [--check]
  hitl answer {run.id[:8]} --question {question.id} --back [--strike NUMBER …]
"""
    )
    assert (
        done("questions")
        .splitlines()[1]
        .endswith("“Tides”: 4 sentences to review: 1 verbatim, 1 reworded, 2 no source")
    )


def test_a_text_that_takes_no_answer_is_shown_without_a_command(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    run = owner.start("text")
    asked(run)
    monkeypatch.setenv("HITL_WORKFLOWS", "report=hitl.report:ReportWorkflow")

    text = done("show", run.id)

    assert "    2  The sea rises 40 times." in text
    assert "No answer is taken as long as the run cannot go on." in text
    assert "hitl answer" not in text


def test_all_references_of_a_long_section_are_named_in_full():
    many = tuple(range(1, 61))
    claim = CLAIMS[2].model_copy(update={"references": many, "unrelated": ()})

    text = " ".join(shown(REVIEW.model_copy(update={"claims": [claim]})).split())

    assert f"verbatim · {', '.join(f'[{number}]' for number in many)} " in text


def test_where_no_model_is_set_any_more_nothing_can_be_rewritten():
    review = REVIEW.model_copy(update={"rewriting": None})

    assert decision_commands("hitl answer", review).splitlines() == [
        "hitl answer --publish [--strike NUMBER …]",
        "hitl answer --back [--strike NUMBER …]",
    ]
    assert "rewriting will cost" not in shown(review)


def test_a_text_that_cites_nothing_says_so():
    assert shown(REVIEW.model_copy(update={"references": [], "claims": CLAIMS[4:]})).endswith("\n\n  It cites nothing.")


def test_findings_say_what_fits_less_well_and_what_was_found_for_each_part():
    strong, weak = finding("Tides rise."), finding("The sea is salty.", start=50).model_copy(update={"is_weak": True})
    parts = [AskedPart(text="cost", found=1, weak=0), AskedPart(text="noise", found=0, weak=0)]
    review = ReviewFindings(topic="tides", round=1, findings=[strong, weak], parts=parts)

    text = shown(review)

    assert "  cost: 1 finding\n  noise: nothing in these documents\n" in text
    assert f"{weak.id}  On tides · tides.md (fits less well)\n" in text
    assert f"{strong.id}  On tides · tides.md\n" in text


def test_findings_say_that_a_text_is_kept():
    text = ReportText(sections=(Section(sentences=(Sentence(text="Tides rise."),)),))
    review = ReviewFindings(topic="tides", round=1, findings=[finding("Tides rise.")], model="tiny", text=text)

    assert "The text with 1 sentence is kept: after --approve it is written anew from it." in " ".join(
        shown(review).split()
    )
