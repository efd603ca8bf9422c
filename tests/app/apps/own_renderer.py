from collections.abc import Iterator

import streamlit as st

import hitl
from hitl.engine import Question, Run
from hitl.ui import send_answer
from tests.app.any_flows import AskSide, BothSides, InvoiceFlow, MayBePaid, Paid


@hitl.renders(MayBePaid)
def draw_invoice(run: Run, question: Question) -> None:
    st.write(f"Shall we pay {question.body['customer']}?")
    st.button("Pay", key="pay", on_click=pay, args=(run, question))


def pay(run: Run, question: Question) -> None:
    send_answer(run, question, {"approved": True})


@hitl.renders(Paid)
def draw_paid(run: Run) -> None:
    st.write("It was paid, as we draw it.")


@hitl.renders(AskSide)
def draw_side(run: Run, question: Question) -> Iterator[None]:
    side = question.body["name"]
    st.button(f"Let {side} pass", key=f"pass-{side}", on_click=pay, args=(run, question))
    yield
    st.write(f"May the {side} side pass?")


hitl.page({"invoice": InvoiceFlow, "sides": BothSides})
