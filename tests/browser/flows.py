"""A workflow whose result would fetch something if it came to life."""

from __future__ import annotations

import os

from workflows import Workflow, step
from workflows.events import StartEvent, StopEvent


class Draws(Workflow):
    @step
    async def draw(self, ev: StartEvent) -> StopEvent:
        outside = os.environ["OUTSIDE"]
        picture = f'```mermaid\ngraph TD\n  A@{{ img: "{outside}/diagram.png", label: "img", w: 60, h: 60 }}\n```'
        quoted = picture.replace("\n", "\n> ")
        return StopEvent(result=f"# Done\n\n![a]({outside}/image.png)\n\n{picture}\n\n> {quoted}\n")
