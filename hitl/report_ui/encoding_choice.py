"""Choosing another encoding for a text file whose encoding is uncertain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import wait

import streamlit as st

from hitl.characters import visible
from hitl.report_ui.own_documents import Upload
from hitl.report_ui.session_state import state
from hitl.research import Shelf
from hitl.research.reading.encoding.decoding import encoding_names
from hitl.research.reading.limits import ReadLimits
from hitl.ui import shown
from hitl.ui.keys import widget_key

AT_ONCE = 0.5
"""Seconds that the page waits for a file to be read again, before it shows progress instead."""


def draw_encoding_choice(upload: Upload, name: str, shelf: Shelf, limits: ReadLimits) -> None:
    """Draw the encodings in which a file can be read, and some words as they are read now.

    Args:
        upload: A file whose encoding is uncertain.
        name: What it is called on the page.
        shelf: Where its document is put.
        limits: What reading it may take.
    """
    if not upload.has_choice:
        st.caption(f"To choose another encoding of {shown(name)}, add it again.")
        return
    encodings = list(dict.fromkeys([*upload.suggested, *encoding_names()]))
    key = widget_key("files", f"-encoding-{upload.id}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            f"Encoding of {shown(name)}",
            encodings,
            index=encodings.index(upload.used) if upload.used else None,
            key=key,
            placeholder="Choose an encoding",
            on_change=_read_again,
            args=(upload, key, shelf, limits),
        )
        if upload.problem:
            st.button(
                "Leave it out",
                key=widget_key("files", f"-leave-{upload.id}"),
                icon=":material/close:",
                help=f"Leave {shown(name)} out",
                on_click=forget,
                args=(upload,),
            )
    if upload.result and upload.result.sample:
        st.caption(f"It reads: “{shown(upload.result.sample)}”")


def file_names(uploads: Sequence[Upload]) -> dict[str, str]:
    """What files are called where their encoding is chosen, by their id; those of one name are numbered."""
    names = {upload.id: visible(upload.name) for upload in uploads}
    common = Counter(names.values())
    seen: Counter[str] = Counter()
    called = {}
    for upload_id, name in names.items():
        seen[name] += 1
        called[upload_id] = f"“{name}”" + (f", file {seen[name]} of {common[name]}" if common[name] > 1 else "")
    return called


def forget(upload: Upload) -> None:
    """Forget a file; its document is not chosen any more, unless it is another file's too."""
    _take_out(upload)
    state.uploads = [other for other in state.uploads if other is not upload]


def _read_again(upload: Upload, key: str, shelf: Shelf, limits: ReadLimits) -> None:
    """Read a file in the encoding that was chosen, in place of what was read before."""
    encoding = st.session_state[key]
    if not encoding or encoding == upload.used:
        return
    del state.problem
    _take_out(upload)
    upload.read_again(encoding, shelf, limits)
    wait([upload.document], AT_ONCE)


def _take_out(upload: Upload) -> None:
    """Let the document of a file not be chosen any more, unless it is another file's too."""
    document = upload.result
    others = {other.result.fingerprint for other in state.uploads if other is not upload and other.result}
    if document and document.fingerprint not in others:
        state.own_documents = [chosen for chosen in state.own_documents if chosen != document.fingerprint]
