import hitl
from tests.engine.file_flows import Scanner

hitl.page({"scan": Scanner})
