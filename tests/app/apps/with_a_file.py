import hitl
from tests.app.any_flows import ScanFlow

hitl.page({"scan": ScanFlow})
