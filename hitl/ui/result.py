"""The result of any workflow by its type: text as Markdown, a model as fields, tables, pictures; and a download."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from hitl.engine import Run
from hitl.engine.decisions import describe_decision
from hitl.files import with_file_names
from hitl.shown_values import bytes_of, picture_of, table_of, without_non_finite
from hitl.text import cut
from hitl.ui._compat import WORD_JOINER, document_without_shorthand, shown
from hitl.ui.button_width import button_width
from hitl.ui.clock import moment
from hitl.ui.column import reading_column
from hitl.ui.event_fields import (
    draw_payload,
    draw_special,
    draw_table,
    draw_tree,
    in_words,
    is_special,
    is_table,
)
from hitl.ui.keys import state, widget_key
from hitl.ui.start_again import start_again

DECISION_LENGTH = 200
"""Maximum characters of the last decision above a result; the log has it in full."""
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


@dataclass(frozen=True)
class Download:
    """A file that a result is taken away in."""

    label: str
    suffix: str
    mime: str
    data: Callable[[], str | bytes]
    """Its content, which is made when it is asked for."""


def draw_any_result(run: Run) -> None:
    """Draw how a completed run came to its result, what can be done with it, and the result."""
    result = run.result or {}
    value = result["result"] if result.keys() == {"result"} else result
    st.caption(_account(run))
    with st.container(horizontal=True, gap="xsmall"):
        for number, download in enumerate(downloads(value, result)):
            st.download_button(
                download.label,
                data=download.data,
                file_name=f"{run.workflow}-{run.id[:8]}.{download.suffix}",
                mime=download.mime,
                key=widget_key("download", f"-{download.suffix}" if number else ""),
                icon=":material/download:",
                on_click="ignore",
                width=button_width(download.label),
            )
        if run.workflow in run.engine.workflows():
            st.button(
                "Start again",
                key=widget_key("start_again"),
                icon=":material/replay:",
                help="Starts a new run with the same inputs. This one stays as it is.",
                on_click=start_again,
                args=(run.engine, run.record, uuid.uuid4().hex),
                width=button_width("Start again"),
            )
    if state.problem:
        st.error(shown(state.problem), icon=":material/error:")
    with nullcontext() if is_wide(value) else reading_column(is_all=True):
        draw_value(value)


def _account(run: Run) -> str:
    """How a run came to its result in a line, of which the log has all."""
    ended = [event.at for event in state.log if event.kind == "stop"]
    said = [f":material/flag: finished {moment(ended[-1])}"] if ended else []
    if answers := run.answers:
        last = answers[-1]
        decided = cut(describe_decision(run, last), DECISION_LENGTH)
        said.append(f":material/person: {shown(f'{last.by} at {moment(last.at)}: {decided}')}")
    return " · ".join(said)


def downloads(value: Any, result: Mapping[str, Any]) -> list[Download]:
    """The files that a result is offered in, the one that people read first.

    Args:
        value: What is shown of it.
        result: All of it, as it is stored.
    """
    if is_nothing(value):
        return []
    whole = Download("JSON", "json", "application/json", partial(_as_json, result))
    if isinstance(value, str) and with_file_names(value) == value:
        return [Download("Download text", "md", "text/markdown", lambda: value), whole]
    if (picture := picture_of(value)) is not None:
        mime = str(value["$picture"]["type"])
        return [Download("Download picture", mime.rpartition("/")[2], mime, lambda: picture), whole]
    if (content := bytes_of(value)) is not None:
        return [Download("Download file", "bin", "application/octet-stream", lambda: content), whole]
    return [replace(whole, label="Download JSON")]


def is_nothing(value: Any) -> bool:
    """True for a result that says nothing; 0 and False say something."""
    return value is None or value == "" or value == {} or value == []


def is_wide(value: Any) -> bool:
    """True for what has columns, which need more room than text."""
    return is_table(value) or table_of(value) is not None


def _as_json(result: Mapping[str, Any]) -> str:
    return json.dumps(without_non_finite(with_file_names(dict(result))), indent=2, ensure_ascii=False)


def draw_value(value: Any) -> None:
    """Draw one value by its type."""
    match value:
        case _ if is_nothing(value):
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
