"""hitl: an agent works, a human decides, and only then the agent continues.

The public API. Each name is loaded when it is first used (PEP 562), so that a workflow or a test that imports hitl
does not load Streamlit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl import testing
    from hitl.asgi import server
    from hitl.engine import open_engine
    from hitl.engine.hooks import on_end, on_failure, on_question
    from hitl.engine.workflows.actions import HumanAction
    from hitl.files import FileInfo, file_info, open_file
    from hitl.forms.fields import File
    from hitl.screen import page
    from hitl.settings import load_settings
    from hitl.ui.renderers import draws, renders

__all__ = [
    "File",
    "FileInfo",
    "HumanAction",
    "draws",
    "file_info",
    "load_settings",
    "on_end",
    "on_failure",
    "on_question",
    "open_engine",
    "open_file",
    "page",
    "renders",
    "server",
    "testing",
]

_HOME = {
    "File": "hitl.forms.fields",
    "HumanAction": "hitl.engine.workflows.actions",
    "draws": "hitl.ui.renderers",
    "renders": "hitl.ui.renderers",
    "FileInfo": "hitl.files",
    "file_info": "hitl.files",
    "open_file": "hitl.files",
    "load_settings": "hitl.settings",
    "on_end": "hitl.engine.hooks",
    "on_failure": "hitl.engine.hooks",
    "on_question": "hitl.engine.hooks",
    "open_engine": "hitl.engine",
    "page": "hitl.screen",
    "server": "hitl.asgi",
}


def __getattr__(name: str) -> Any:
    if name == "testing":
        return import_module("hitl.testing")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"hitl has no {name}; it has {', '.join(__all__)}")
