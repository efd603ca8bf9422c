"""The draft of a decision: what a visitor has typed and switched off and not sent yet, per question."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from hitl.engine import Question
from hitl.research import Finding


@dataclass
class Draft:
    """What one visitor would decide about one question."""

    feedback: str = ""
    better_topic: str = ""
    dropped: set[str] = field(default_factory=set)
    """Ids of the findings that are switched off."""


def open_draft(question: Question, findings: list[Finding]) -> Draft:
    """Put the draft of a question into its widgets, when they have just come to the page.

    Widgets forget what they held when they are not drawn, and have the same keys from one question to the
    next; the draft stays with its question for as long as the session lasts.
    """
    unsent = st.session_state.setdefault("unsent", {})
    drafts: dict[str, Draft] = st.session_state.setdefault("drafts", {})
    draft = drafts.setdefault(question.id, unsent.pop(question.run_id, None) or Draft())
    is_new = st.session_state.get("drafting") != question.id
    values: dict[str, str | bool] = {"feedback": draft.feedback, "better_topic": draft.better_topic}
    values |= {keep_key(finding): finding.id not in draft.dropped for finding in findings}
    for key, value in values.items():
        if is_new or key not in st.session_state:
            st.session_state[key] = value
    st.session_state["drafting"] = question.id
    return draft


def keep_unsent(question: Question, draft: Draft) -> None:
    """Keep what was typed too late, since somebody else had decided, for the next question of the run."""
    st.session_state.setdefault("unsent", {})[question.run_id] = draft


def keep_draft(draft: Draft, findings: list[Finding]) -> None:
    """Take over what the widgets hold: their `on_change`."""
    draft.feedback = st.session_state.get("feedback", draft.feedback)
    draft.better_topic = st.session_state.get("better_topic", draft.better_topic)
    draft.dropped = {finding.id for finding in findings if not st.session_state.get(keep_key(finding), True)}


def keep_key(finding: Finding) -> str:
    """The key of the switch that keeps a finding."""
    return f"keep-{finding.id}"
