import hitl
from tests.app.any_flows import InvoiceFlow

hitl.page({"invoice": InvoiceFlow}, title="Invoices", key="invoices")
