"""Workflows of which only a browser shows how their page behaves."""

from __future__ import annotations

import os
import time
from pathlib import Path

from workflows import Workflow, step
from workflows.events import StartEvent, StopEvent


class Draws(Workflow):
    """Its result would fetch something if it came to life."""

    @step
    async def draw(self, ev: StartEvent) -> StopEvent:
        outside = os.environ["OUTSIDE"]
        picture = f'```mermaid\ngraph TD\n  A@{{ img: "{outside}/diagram.png", label: "img", w: 60, h: 60 }}\n```'
        quoted = picture.replace("\n", "\n> ")
        return StopEvent(result=f"# Done\n\n![a]({outside}/image.png)\n\n{picture}\n\n> {quoted}\n")


class Stuck(Workflow):
    """Keeps its thread until there is a file `go` in the folder of the runs."""

    @step
    async def spin(self, ev: StartEvent) -> StopEvent:
        while not (Path(os.environ["HITL_HOME"]) / "go").exists():
            time.sleep(0.01)
        return StopEvent(result="It went on.")
