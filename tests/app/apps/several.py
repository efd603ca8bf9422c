import hitl
from tests.app.any_flows import Bare, BothSides, InvoiceFlow, NoStart, Undecided, discounted

hitl.page(
    {
        "invoice": InvoiceFlow(timeout=None),
        "discounted": discounted,
        "bare": Bare,
        "both_sides": BothSides,
        "undecided": Undecided,
        "impatient": InvoiceFlow(timeout=45),
        "no_start": NoStart,
        "missing": "no.such.module:Flow",
    }
)
