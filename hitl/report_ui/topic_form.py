"""The start page of the report: a topic, and the documents to search."""

from __future__ import annotations

import uuid

import streamlit as st

from hitl.engine import Engine
from hitl.report.events import ResearchTopic
from hitl.report_ui.model_choice import chosen_model, draw_model_choice
from hitl.report_ui.own_documents import Upload
from hitl.report_ui.session_state import state
from hitl.report_ui.uploads import chosen_documents, draw_uploads, is_reading
from hitl.research import Shelf
from hitl.research.bundled import bundled_documents
from hitl.ui import renders, shown, start_run
from hitl.ui._compat import keep_typed
from hitl.ui.browser_memory import remember, remembered, start_form
from hitl.ui.keys import widget_key
from hitl.ui.theme import first_button

EXAMPLES = (
    "Why is Pluto no longer a planet",
    "Do heat pumps work in cold weather",
    "How was smallpox eradicated",
)
"""Topics that the bundled library answers; on a wide screen they fit one line."""

BUNDLED, OWN = "Bundled library", "My own documents"


@renders(ResearchTopic)
def draw_topic_form(engine: Engine, workflow: str) -> None:
    """Draw the start page."""
    if state.documents is None:
        _take_up(workflow)
    is_busy = uses_own_documents() and is_reading()  # read once, for both the button and the progress below
    st.title("What do you want to know?", anchor=False)
    st.write(
        "hitl looks for evidence in documents and shows you what it found. You decide what is used; "
        "only then is a report written."
    )
    with st.form(widget_key("research_form"), border=False):
        st.text_input(  # the title says what it is for; a label would push the page down once it is loaded
            "Topic",
            key=widget_key("topic"),
            placeholder="A few words or a question",
            label_visibility="collapsed",
        )
        if state.problem:
            st.error(shown(state.problem), icon=":material/error:")
        st.form_submit_button(
            "Start research",
            key=widget_key("start"),
            type=first_button(),
            icon=":material/search:",
            on_click=_start,
            args=(engine, workflow, uuid.uuid4().hex),
            disabled=is_busy,
        )
    with st.container(gap="xxsmall"):
        st.caption("Or try one of these")
        st.pills(
            "Or try one of these",
            EXAMPLES,
            key=widget_key("example"),
            on_change=_take_example,
            label_visibility="collapsed",
            wrap=False,
        )
    if state.documents not in (BUNDLED, OWN):
        state.documents = BUNDLED
    st.segmented_control(
        "Look in",
        (BUNDLED, OWN),
        key=widget_key("documents"),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        on_change=_forget_problem,
    )
    if uses_own_documents():
        draw_uploads(Shelf(engine.settings.home), engine.settings, is_busy)
    else:
        _draw_library()
    draw_model_choice(engine.settings)
    keep_typed(widget_key("topic"), widget_key("start"))
    _keep(workflow)


def _take_up(workflow: str) -> None:
    """Choose what was chosen before a reload; the browser itself keeps the topic, which a form does not send."""
    kept = remembered(start_form(workflow))
    state.documents, state.model = kept.get("documents"), kept.get("model")
    state.uploads = [Upload.known(document) for document in kept.get("own", ())]
    state.own_documents = list(kept.get("chosen", ()))


def _keep(workflow: str) -> None:
    """Keep what differs from an untouched page."""
    own = {document.fingerprint: document for upload in state.uploads if (document := upload.result)}
    chosen: dict[str, object] = {"own": tuple(own.values()), "chosen": tuple(chosen_documents())}
    chosen |= {"documents": OWN if uses_own_documents() else None, "model": state.model}
    remember(start_form(workflow), {name: value for name, value in chosen.items() if value})


def use_own_documents() -> None:
    """Select the visitor's own documents on the start page."""
    state.documents = OWN


def uses_own_documents() -> bool:
    return state.documents == OWN


def _start(engine: Engine, workflow: str, form: str) -> None:
    _forget_problem()
    documents: list[str] = []
    if uses_own_documents():
        documents = chosen_documents()
        if not documents:
            state.problem = "Add a document first, or choose the bundled library."
            return
    inputs = {"topic": state.topic, "documents": documents, "model": chosen_model()}
    start_run(engine, workflow, inputs, form)


def _take_example() -> None:
    """Make the clicked example the topic and deselect its pill, which only serves as a button."""
    state.topic, state.example = state.example or "", None
    _forget_problem()


def _forget_problem() -> None:
    del state.problem


def _draw_library() -> None:
    key = widget_key("library")
    library = st.expander("What is in the library", icon=":material/menu_book:", key=key, on_change="rerun")
    if library.open:  # reading the documents takes a second, too long for the first page
        with library:
            for document in sorted(bundled_documents(), key=lambda document: document.title):
                st.markdown(f"**{document.title}** · {document.date} · {document.location}")
