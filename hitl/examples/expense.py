"""An expense approval: small amounts are paid at once, and a human decides on all others."""

from enum import Enum

from pydantic import Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

AT_ONCE = 50.0
"""Largest amount, in euros, that is paid without asking a human."""


class Category(Enum):
    MEALS = "meals"
    TRAVEL = "travel"
    EQUIPMENT = "equipment"


class Expense(StartEvent):
    """Hand in an expense. Up to 50 euros are paid at once."""

    purpose: str = Field(min_length=3, max_length=100, description="What was bought, and what for.")
    amount: float = Field(gt=0, le=10_000, description="In euros, with all taxes.")
    category: Category = Category.MEALS


class ApproveExpense(InputRequiredEvent):
    purpose: str
    amount: float
    category: Category


class Decision(HumanResponseEvent):
    approved: bool
    reason: str = Field("", max_length=500, description="For whoever handed it in.")


class Settled(StopEvent):
    purpose: str
    paid: float
    reason: str = ""


class ExpenseFlow(Workflow):
    @step
    async def check(self, ctx: Context, ev: Expense) -> ApproveExpense | Settled:
        if ev.amount <= AT_ONCE:
            return Settled(purpose=ev.purpose, paid=ev.amount)
        await ctx.store.set("expense", ev)
        return ApproveExpense(purpose=ev.purpose, amount=ev.amount, category=ev.category)

    @step
    async def settle(self, ctx: Context, ev: Decision) -> Settled:
        expense: Expense = await ctx.store.get("expense")
        return Settled(purpose=expense.purpose, paid=expense.amount if ev.approved else 0, reason=ev.reason)
