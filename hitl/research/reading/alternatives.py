"""What a file of Office says in several forms, for programs of several ages (ECMA-376, part 3, 10.2)."""

from __future__ import annotations

from itertools import islice
from typing import Any

KNOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/")
"""How the namespaces begin that Office itself understands, in one of its versions."""
MOST_FORMS = 50
"""Forms of one thing that are looked at."""


def chosen_form(alternatives: Any) -> Any | None:
    """The form that Office shows, the first whose namespaces it understands; None if there is none.

    Args:
        alternatives: The `mc:AlternateContent` in which the forms stand.
    """
    return next((each for each in islice(alternatives, MOST_FORMS) if _is_understood(each)), None)


def _is_understood(form: Any) -> bool:
    name = str(form.tag).rpartition("}")[2]
    if name != "Choice":
        return name == "Fallback"
    required = (form.nsmap.get(prefix) or "" for prefix in form.get("Requires", "").split())
    return all(uri.startswith(KNOWN) for uri in required)
