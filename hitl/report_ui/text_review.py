"""The review of the text that a model has written: what is kept of it, and whether it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.llm import usage_by_step, usage_in_words
from hitl.report.events import FEEDBACK_LENGTH, ReviewReport
from hitl.report.verification.claims import Claim, Reference, Verdict
from hitl.report.verification.differences import Piece, differences
from hitl.report.verification.marks import summary
from hitl.report.writing.side_by_side import in_bold
from hitl.text import count
from hitl.ui import Entry, UnsentAnswer, open_unsent_answer, renders, send_answer, shown, without_shorthand
from hitl.ui.keys import Widget, widget_key
from hitl.ui.theme import first_button

COLOURS: Mapping[Verdict, str] = {"verbatim": "green", "reworded": "orange", "no source": "red"}


@dataclass(frozen=True)
class TextReview:
    """A review of a text, with what one visitor has entered for it."""

    run: Run
    question: Question
    asked: ReviewReport
    unsent: UnsentAnswer

    @property
    def struck(self) -> list[int]:
        """Numbers of the statements that are switched off."""
        return [claim.number for claim in self.asked.claims if not self.unsent[_keep(claim)]]

    @property
    def notes(self) -> dict[str, str]:
        """What is noted beside statements, by their number."""
        noted = {str(claim.number): str(self.unsent[_note(claim)]).strip() for claim in self.asked.claims}
        return {number: note for number, note in noted.items() if note}

    @property
    def is_empty(self) -> bool:
        """Whether no sentence is left."""
        struck = set(self.struck)
        return all(claim.is_heading or claim.number in struck for claim in self.asked.claims)


@renders(ReviewReport)
def draw_text_review(run: Run, question: Question) -> None:
    """Draw a text with the verdict of each sentence, and the widgets of the decision."""
    try:
        asked = ReviewReport(**question.body)
    except (TypeError, ValidationError):
        st.error("This question was asked by another version of the report, or by another workflow. Cancel the run.")
        return
    review = TextReview(run, question, asked, open_unsent_answer(run, question, _entries(asked.claims)))
    st.subheader("Review the text" if asked.attempt == 1 else "Review the rewritten text", anchor=False)
    st.caption(
        shown(f"{asked.model} wrote it from {count(asked.findings, 'approved finding')}. {summary(asked.claims)}.")
        + " Nothing is published that you have not read: switch off what is not to stand, then go to "
        "[your decision](#your-decision)."
    )
    if asked.note:
        st.warning(shown(asked.note), icon=":material/warning:")
    references = {reference.number: reference for reference in asked.references}
    for claim in asked.claims:
        _draw_claim(review, claim, [references[number] for number in claim.references if number in references])
    _draw_decision(review)


def _draw_claim(review: TextReview, claim: Claim, references: Sequence[Reference]) -> None:
    with st.container(border=not claim.is_heading):
        said, kept = st.columns([6, 1], vertical_alignment="center")
        text = shown(claim.text)
        said.markdown(f"#### {text}" if claim.is_heading else text)
        kept.toggle("Keep", key=_key(_keep(claim)), on_change=review.unsent.keep)
        key = widget_key("compare", f"-{claim.number}")
        about = st.expander(
            _about(claim, references, bool(review.unsent[_note(claim)])), type="compact", key=key, on_change="rerun"
        )
        if about.open:
            with about:
                _draw_sources(review, claim, references)


def _about(claim: Claim, references: Sequence[Reference], is_noted: bool) -> str:
    """The verdict of a claim, what is strange in it, what a model says of it, and where it comes from, in a line."""
    said = [f":{COLOURS[claim.verdict]}[**{claim.verdict}**]"]
    if claim.strange_numbers:
        said.append(shown(f"{', '.join(claim.strange_numbers)} not in its sources"))
    if claim.unrelated:
        said.append(shown(f"nothing of it is in {', '.join(f'[{number}]' for number in claim.unrelated)}"))
    if claim.opinion:
        said.append(shown(f"{claim.opinion.model} says: {claim.opinion.says}"))
    titles = list(dict.fromkeys(reference.finding.title for reference in references))
    said.append(shown(f"{titles[0]} and {len(titles) - 1} more" if len(titles) > 1 else "".join(titles)))
    said.append("**noted**" if is_noted else "")
    return " · ".join(filter(None, said))


def _draw_sources(review: TextReview, claim: Claim, references: Sequence[Reference]) -> None:
    """Draw the quotes that a claim cites, with what differs in bold, and the field for a note."""
    if not references:
        st.write("It cites nothing.")
    for reference in references:
        compared = differences(claim.text, reference.finding.quote)
        about = [f"[{reference.number}] {reference.finding.title}", reference.finding.location, reference.finding.place]
        st.caption(shown(" · ".join(filter(None, about))))
        if claim.verdict != "verbatim" and not claim.is_heading:
            st.markdown(f"It says: {_marked(compared.claim)}")
        st.markdown(f"> {_marked(compared.quote)}" if claim.verdict != "verbatim" else f"> {shown(_line(reference))}")
    st.text_input(
        "What is wrong with it?",
        key=_key(_note(claim)),
        max_chars=FEEDBACK_LENGTH,
        placeholder="Say it and have the text rewritten",
        on_change=review.unsent.keep,
    )


def _draw_decision(review: TextReview) -> None:
    asked, struck, noted = review.asked, review.struck, len(review.notes)
    st.subheader("Your decision", anchor="your-decision")
    st.text_area(
        "What is missing?",
        key=widget_key("feedback"),
        max_chars=FEEDBACK_LENGTH,
        height=80,
        help="It counts when you have the text rewritten.",
        on_change=review.unsent.keep,
    )
    if asked.rewriting:
        st.toggle(
            f"When it is rewritten, ask {shown(asked.model)} of each sentence whether its quotes support it",
            key=widget_key("check"),
            on_change=review.unsent.keep,
        )
        cost = usage_in_words([asked.rewriting])
        st.caption(shown(f"{asked.model}: so far {usage_by_step(asked.calls)}; rewriting will cost {cost}."))
    with st.container(horizontal=True):
        _draw_action(review, "publish", "Publish", ":material/check:", is_disabled=review.is_empty)
        _draw_action(review, "rewrite", "Rewrite", ":material/edit:", is_disabled=asked.rewriting is None)
        _draw_action(review, "back_to_findings", "Back to the findings", ":material/undo:")
    kept = sum(not claim.is_heading and claim.number not in set(struck) for claim in asked.claims)
    of = count(sum(not claim.is_heading for claim in asked.claims), "sentence")
    rewritten = "what is switched off or noted" if struck or noted else "all of it"
    publishes = "**Publish** makes the report of these" if kept else "Keep at least one sentence to publish"
    st.caption(
        f"{kept} of {of} kept, {count(noted, 'note')}. {publishes}. **Rewrite** has {rewritten} written again. "
        "**Back** keeps the text and shows the findings."
    )


def _draw_action(review: TextReview, name: Widget, label: str, icon: str, is_disabled: bool = False) -> None:
    st.button(
        label,
        key=widget_key(name),
        type=first_button() if name == "publish" else "secondary",
        icon=icon,
        on_click=_decide,
        args=(review, "findings" if name == "back_to_findings" else name),
        disabled=is_disabled,
    )


def _decide(review: TextReview, action: str) -> None:
    review.unsent.keep()
    body = {
        "action": action,
        "struck": review.struck,
        "notes": review.notes,
        "feedback": review.unsent["feedback"],
    }
    if action == "rewrite" and review.unsent["check"]:
        body["check"] = True
    send_answer(review.run, review.question, body)


def _entries(claims: Sequence[Claim]) -> dict[str, Entry]:
    entries = {"feedback": Entry(widget_key("feedback")), "check": Entry(widget_key("check"), False)}
    for claim in claims:
        entries[_keep(claim)] = Entry(_key(_keep(claim)), True)
        entries[_note(claim)] = Entry(_key(_note(claim)))
    return entries


def _keep(claim: Claim) -> str:
    """The name of the entry that keeps a statement."""
    return f"keep-{claim.number}"


def _note(claim: Claim) -> str:
    """The name of the entry for a note on a statement."""
    return f"note-{claim.number}"


def _key(entry: str) -> str:
    name, _, number = entry.partition("-")
    return widget_key("note" if name == "note" else "keep", f"-{number}")


def _marked(pieces: Sequence[Piece]) -> str:
    """The pieces of a text for the page, those that differ in bold."""
    return without_shorthand(in_bold(pieces))


def _line(reference: Reference) -> str:
    return " ".join(reference.finding.quote.split())
