"""The examples on one page: `streamlit run hitl/examples/gallery.py`."""

import hitl
from hitl.examples.cleaner import cleaner
from hitl.examples.expense import ExpenseFlow
from hitl.examples.interview import InterviewFlow
from hitl.examples.reviews import ReviewsFlow

hitl.page(
    {"expense": ExpenseFlow, "interview": InterviewFlow, "reviews": ReviewsFlow, "cleaner": cleaner},
    title="Examples",
)
