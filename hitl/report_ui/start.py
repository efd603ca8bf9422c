"""The start page: a topic, and the documents to look in."""

from __future__ import annotations

import uuid

import streamlit as st

from hitl.engine import Engine
from hitl.report.events import ResearchTopic
from hitl.report_ui.model import chosen_model, draw_model_choice
from hitl.report_ui.uploads import chosen_documents, draw_uploads, is_reading
from hitl.research import Shelf
from hitl.research.shelf import bundled_documents
from hitl.ui import draw_heartbeat, renders, shown, start_run

EXAMPLES = (
    "Why is Pluto no longer a planet",
    "Do heat pumps work in cold weather",
    "How was smallpox eradicated",
    "Who invented the World Wide Web",
    "How does coral bleaching work",
)
"""Topics that the bundled library answers."""

BUNDLED, OWN = "Bundled library", "My own documents"


@renders(ResearchTopic)
def draw_start(engine: Engine, workflow: str) -> None:
    """Draw the start page."""
    is_busy = uses_own_documents() and is_reading()  # asked once: the button waits for the progress that is drawn below
    st.title("What do you want to know?", anchor=False)
    st.write(
        "hitl looks for evidence in documents and shows you what it found. You decide what is used; "
        "only then is a report written."
    )
    with st.form("research", border=False):
        st.text_input("Topic", key="topic", placeholder="A few words or a question")
        if problem := st.session_state.get("problem"):
            st.error(shown(problem), icon=":material/error:")
        st.form_submit_button(
            "Start research",
            key="start",
            type="primary",
            icon=":material/search:",
            on_click=_start,
            args=(engine, workflow, uuid.uuid4().hex),
            disabled=is_busy,
        )
    st.pills("Or try one of these", EXAMPLES, key="example", on_change=_take_example)
    if st.session_state.get("documents") not in (BUNDLED, OWN):
        st.session_state["documents"] = BUNDLED
    st.segmented_control(
        "Look in", (BUNDLED, OWN), key="documents", required=True, persist_state="session", on_change=_forget_problem
    )
    if uses_own_documents():
        draw_uploads(Shelf(engine.settings.home), engine.settings, is_busy)
    else:
        _draw_library()
    draw_model_choice(engine.settings)
    draw_heartbeat()


def use_own_documents() -> None:
    """Have the start page ask for the visitor's own documents."""
    st.session_state["documents"] = OWN


def uses_own_documents() -> bool:
    return st.session_state.get("documents") == OWN


def _start(engine: Engine, workflow: str, form: str) -> None:
    _forget_problem()
    documents: list[str] = []
    if uses_own_documents():
        documents = chosen_documents()
        if not documents:
            st.session_state["problem"] = "Add a document first, or choose the bundled library."
            return
    inputs = {"topic": st.session_state.get("topic", ""), "documents": documents, "model": chosen_model()}
    start_run(engine, workflow, inputs, form)


def _take_example() -> None:
    """An example becomes the topic; the pill is only a button, and stays unpressed."""
    st.session_state["topic"] = st.session_state["example"]
    st.session_state["example"] = None
    _forget_problem()


def _forget_problem() -> None:
    st.session_state.pop("problem", None)


def _draw_library() -> None:
    library = st.expander("What is in the library", icon=":material/menu_book:", key="library", on_change="rerun")
    if library.open:  # reading the documents takes a second, which the first page does not have
        with library:
            for document in sorted(bundled_documents(), key=lambda document: document.title):
                st.markdown(f"**{document.title}** · {document.date} · {document.location}")
