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
    from hitl.forms.fields import File
    from hitl.screen import page
    from hitl.settings import load_settings
    from hitl.ui.renderers import draws, renders

__all__ = ["File", "draws", "load_settings", "open_engine", "page", "renders", "server", "testing"]

_HOME = {
    "File": "hitl.forms.fields",
    "draws": "hitl.ui.renderers",
    "renders": "hitl.ui.renderers",
    "load_settings": "hitl.settings",
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
