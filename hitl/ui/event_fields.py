"""The fields of any event, drawn by type, as literal text."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from hitl.files import with_file_names
from hitl.shown_values import bytes_of, in_brief, picture_of, table_of, without_non_finite
from hitl.text import escape_markdown, humanize
from hitl.ui._compat import document_without_shorthand, shown

ROWS = 100
"""Maximum rows of a table that are drawn; the download has all of them."""
TEXT_IN_A_CELL = 200
"""Maximum characters of a text in a table cell, or on the same line as its label."""


def draw_payload(body: Mapping[str, Any]) -> None:
    """Draw the fields of an event or a model: text literally, a list of models as a table, nested values as a tree.

    Args:
        body: The fields, as JSON values; empty ones are left out. A field called `prefix` has no label: it is the
            text of LlamaIndex's bare question.
    """
    for name, value in with_file_names(dict(body)).items():
        if value in (None, "", [], {}):
            continue
        label = "" if name == "prefix" else humanize(name)
        match value:
            case dict() if is_special(value):
                _draw_label(label)
                draw_special(value)
            case list() if all(map(is_special, value)):
                _draw_label(label)
                for each in value:
                    draw_special(each)
            case str():
                _draw_text(label, value)
            case bool() | int() | float():
                st.markdown(f"**{shown(label)}:** {shown(in_words(value))}")
            case list() if is_table(value):
                st.markdown(f"**{shown(label)}**")
                draw_table(value)
            case list() if all(isinstance(item, str | int | float) for item in value):
                items = "\n".join(f"- {shown(in_words(item))}" for item in value)
                st.markdown(f"**{shown(label)}**\n\n{items}")
            case dict() if (lines := flat_lines(value)) is not None:
                items = "\n".join(f"- {shown(line)}" for line in lines)
                st.markdown(f"**{shown(label)}**\n\n{items}" if items else f"**{shown(label)}:** –")
            case _:
                st.markdown(f"**{shown(label)}**")
                draw_tree(value, expanded=1)


def flat_lines(value: Mapping[str, Any], above: str = "") -> list[str] | None:
    """A model or a dict as lines of label and value, those of models in it after the name of theirs, without empty
    ones.

    Args:
        value: As JSON values.
        above: Labels of what it is in.

    Returns:
        None if a line cannot hold something in it, such as a list of models or a long text: it needs a tree.
    """
    lines: list[str] = []
    for name, inner in value.items():
        if inner in (None, "", [], {}):
            continue
        if name.startswith("$"):  # it only looks like a picture or a table
            return None
        label = f"{above}{humanize(name)}"
        match inner:
            case dict() if not is_special(inner):
                if (inside := flat_lines(inner, f"{label} · ")) is None:
                    return None
                lines += inside
            case str() if len(inner) <= TEXT_IN_A_CELL and "\n" not in inner:
                lines.append(f"{label}: {inner}")
            case bool() | int() | float():
                lines.append(f"{label}: {in_words(inner)}")
            case list() if all(isinstance(item, str | int | float) for item in inner):
                lines.append(f"{label}: {', '.join(map(in_words, inner))}")
            case _:
                return None
    return lines


def draw_tree(value: object, expanded: int) -> None:
    """Draw a JSON value as a tree; `expanded` levels are open."""
    st.json(without_non_finite(in_brief(value)), expanded=expanded)


def is_special(value: object) -> bool:
    """True for what is stored of a picture, a data frame or bytes."""
    return any(found is not None for found in (picture_of(value), table_of(value), bytes_of(value)))


def draw_special(value: object) -> None:
    """Draw a picture, a data frame as a table, or the size of bytes."""
    if (picture := picture_of(value)) is not None:
        try:
            st.image(picture)
        except Exception:  # of Pillow, which raises anything for a damaged picture
            st.info("The picture cannot be read.", icon=":material/broken_image:")
    elif (table := table_of(value)) is not None:
        _draw_frame(*table)
    else:
        st.text(str(in_brief(value)))


def _draw_frame(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Draw a table of any length, which can be sorted and searched."""
    import pandas as pd  # type: ignore[import-untyped]  # 90 MB, which a page without such a table need not have

    counted = Counter[str]()
    names = []
    for name in columns:
        counted[name] += 1
        names.append(name if counted[name] == 1 else f"{name} ({counted[name]})")
    st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True)


def _draw_label(label: str) -> None:
    if label:
        st.markdown(f"**{shown(label)}**")


def is_table(value: object) -> bool:
    """True for a list of models without an empty one."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and item for item in value)


def draw_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw a list of models as a table (Streamlit's own would load pandas, 90 MB)."""
    st.markdown(document_without_shorthand(table_in_markdown(rows[:ROWS])))
    if len(rows) > ROWS:
        st.caption(f"{len(rows) - ROWS:,} more rows")


def table_in_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table of models, one per row, with a column for each field that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [[escape_markdown(humanize(name)) for name in columns], ["---"] * len(columns)]
    lines += [[escape_markdown(_in_a_cell(row.get(name))) for name in columns] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def in_words(value: object) -> str:
    """A value on one line: text unchanged, yes or no, numbers with thousands separators, the rest as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.10g}" if math.isfinite(value) else str(without_non_finite(value))
        case _:
            return json.dumps(without_non_finite(in_brief(value)), ensure_ascii=False)


def _in_a_cell(value: object) -> str:
    text = in_words(value)
    return text if len(text) <= TEXT_IN_A_CELL else f"{text[:TEXT_IN_A_CELL]}…"


def _draw_text(label: str, text: str) -> None:
    head = f"**{shown(label)}**\n\n" if label else ""
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if label and len(paragraphs) == 1 and len(text) <= TEXT_IN_A_CELL:
        st.markdown(f"**{shown(label)}:** {shown(text)}")
    else:
        st.markdown(head + "\n\n".join(map(shown, paragraphs)))
