"""The result of any workflow by its type: text as Markdown, a model as fields, tables, pictures; and a download."""

from __future__ import annotations

import json
import re
from typing import Any

import streamlit as st

from hitl.engine import Run
from hitl.files import with_file_names
from hitl.shown_values import without_non_finite
from hitl.ui._compat import WORD_JOINER, document_without_shorthand, shown
from hitl.ui.event_fields import (
    draw_payload,
    draw_special,
    draw_table,
    draw_tree,
    in_words,
    is_special,
    is_table,
)
from hitl.ui.keys import widget_key

IMAGE = re.compile(r"!(?=\[)")
LANGUAGES = (
    r"bash c c\+\+ cpp css csv diff dockerfile go html ini java javascript js json jsx kotlin makefile md php "
    "powershell py python python3 r rb ruby rust scala sh sql swift text toml ts tsx txt typescript xml yaml yml"
)
"""Languages that a code block may name; Streamlit could draw any other as a picture, as it does `mermaid`."""
FENCE = re.compile(
    r"^[ \t>*+.)\d-]*+(?:`{3,}+(?![^\n]*`)|~{3,}+)[ \t]*+(?=[^\s`~])"
    rf"(?!(?:{LANGUAGES.replace(' ', '|')})(?:\s|\Z))",
    re.IGNORECASE | re.MULTILINE,
)
"""The opening fence of a code block that names another language."""


def draw_any_result(run: Run) -> None:
    """Draw the result of a completed run."""
    result = run.result or {}
    draw_value(result["result"] if result.keys() == {"result"} else result)
    st.download_button(
        "Download",
        data=json.dumps(without_non_finite(with_file_names(result)), indent=2, ensure_ascii=False),
        file_name=f"{run.workflow}-{run.id[:8]}.json",
        mime="application/json",
        key=widget_key("download"),
        icon=":material/download:",
        on_click="ignore",
    )


def draw_value(value: Any) -> None:
    """Draw one value by its type."""
    match value:
        case _ if value in (None, "", {}, []):
            st.info("The workflow has ended without a result.", icon=":material/info:")
        case str() if (file := with_file_names(value)) != value:
            st.text(file)
        case str():
            st.markdown(without_pictures(value))
        case {"response": {"role": str(), "blocks": list(blocks)}}:  # the result of a LlamaIndex agent
            st.markdown(without_pictures("\n\n".join(str(block.get("text", "")) for block in blocks)))
        case dict() if is_special(value):
            draw_special(value)
        case dict():
            draw_payload(value)
        case bool() | int() | float():
            st.markdown(f"**Result:** {shown(in_words(value))}")
        case list() if all(map(is_special, value)):
            for each in value:
                draw_special(each)
        case list() if is_table(value):
            draw_table(with_file_names(value))
        case _:
            draw_tree(with_file_names(value), expanded=2)


def without_pictures(markdown: str) -> str:
    """Markdown that fetches nothing: images, diagrams and Streamlit's shorthand stay literal text.

    Text from a model could leak data through the address of an image, and a diagram can contain an image. Authors
    who want them drawn register a renderer: `@hitl.renders(StopEvent)`.
    """
    text = IMAGE.sub(f"!{WORD_JOINER}", document_without_shorthand(markdown))
    return FENCE.sub(lambda match: match[0] + WORD_JOINER, text)
