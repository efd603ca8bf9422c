"""A page that is also the module of its workflow: HITL_WORKFLOWS="trip=tests.app.apps.imports_itself:Trip"."""

from workflows import Workflow, step
from workflows.events import StartEvent, StopEvent

import hitl


class Trip(Workflow):
    @step
    async def go(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result="there")


hitl.page()
