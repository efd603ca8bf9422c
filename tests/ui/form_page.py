"""A page with the generic forms and nothing else; `?workflow=` says what it starts."""

import streamlit as st

from hitl.ui import attached_run, begin_page, cached_engine, page_settings
from hitl.ui.question_form import draw_any_question
from hitl.ui.send_answer import draw_notice
from hitl.ui.start_form import draw_any_start
from tests.ui.form_flows import checked

begin_page()
engine = cached_engine(page_settings())


def keep(name: str, content: bytes) -> str:
    """Keep a file, as a page does: its fingerprint."""
    return engine.add_file(checked(name, content), name)


if run := attached_run(engine):
    draw_notice(run)
    questions = run.questions
    for question in questions:
        draw_any_question(run, question, f"-{question.id}" if len(questions) > 1 else "", keep)
    st.text(run.status)
else:
    draw_any_start(engine, st.query_params["workflow"], keep)
