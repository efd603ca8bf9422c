from __future__ import annotations

import pytest

from hitl.engine import Engine
from hitl.examples.expense import ApproveExpense, ExpenseFlow
from hitl.testing import InvalidInputs, answer, run_to_end, run_until_question
from tests.app.visitor import decide, has_button, shows, text_of, wait_for
from tests.conftest import until
from tests.examples.gallery import answer_by_command, open_gallery, start, start_by_command


def test_a_small_expense_is_paid_at_once():
    assert run_to_end(ExpenseFlow, purpose="Stamps", amount=50).result["paid"] == 50


def test_a_large_expense_is_paid_only_when_a_human_approves_it():
    run = run_until_question(ExpenseFlow, purpose="Train to Rome", amount=120, category="travel")

    assert run.question.record.type == ApproveExpense.__name__
    assert (run.question.amount, run.question.category) == (120, "travel")
    assert answer(run, approved=True).result == {"purpose": "Train to Rome", "paid": 120, "reason": ""}
    assert answer(run, approved=False, reason="Fly").result == {"purpose": "Train to Rome", "paid": 0, "reason": "Fly"}


@pytest.mark.parametrize(("field", "value"), [("amount", 0), ("amount", 10_001), ("purpose", "x"), ("category", "art")])
def test_an_expense_beyond_the_limits_is_refused(field: str, value: object):
    with pytest.raises(InvalidInputs, match=field):
        run_until_question(ExpenseFlow, {"purpose": "Train", "amount": 120} | {field: value})


@pytest.mark.parametrize(("button", "paid"), [("approve", "120"), ("reject", "0")])
def test_on_the_page(button: str, paid: str):
    at = open_gallery("expense")
    assert "Hand in an expense. Up to 50 euros are paid at once." in text_of(at)
    at.text_input(key="hitl.field.purpose").input("Train to Rome")
    at.number_input(key="hitl.field.amount").set_value(120)
    at.selectbox(key="hitl.field.category").set_value("travel")

    start(at)
    wait_for(at, has_button(button))
    assert "**Amount:** 120" in text_of(at)
    at.text_area(key="hitl.field.reason").input("As agreed")
    decide(at, button)

    wait_for(at, shows(f"**Paid:** {paid}"))
    assert "**Reason:** As agreed" in text_of(at)


def test_the_page_tells_what_is_wrong_with_the_fields():
    at = open_gallery("expense")
    at.number_input(key="hitl.field.amount").set_value(20_000)

    at.button(key="start").click().run()

    assert {error.value for error in at.error} == {"Field required", "Input should be less than or equal to 10000"}


def test_on_the_command_line(owner: Engine):
    run = start_by_command(owner, "expense", "purpose=Train", "amount=120", "category=travel")

    answer_by_command(run, "--reject", "--field", "reason=Fly")

    assert until(lambda: run.result) == {"purpose": "Train", "paid": 0, "reason": "Fly"}
