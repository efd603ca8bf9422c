"""The visitor's own documents: read in the background, put on the shelf, chosen for the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.typing import UploadedFile

from hitl.report_ui.encoding_choice import draw_encoding_choice, file_names, forget
from hitl.report_ui.own_documents import OwnDocument, Upload, labels_of
from hitl.report_ui.session_state import state
from hitl.research import Shelf
from hitl.research.reading.kinds import KINDS
from hitl.research.reading.limits import MEGABYTE, ReadLimits
from hitl.research.reading.refusals import UnreadableFile, check_size
from hitl.settings import Settings
from hitl.text import count
from hitl.ui import shown
from hitl.ui._compat import fragment, release_upload
from hitl.ui.keys import widget_key

NAMED = 3
"""Maximum number of files named when many are left out, and of problems and of warnings shown at once."""
LOOK_EVERY = 0.3
"""Seconds between two checks on the documents being read."""


def draw_uploads(shelf: Shelf, settings: Settings, is_busy: bool) -> None:
    """Draw the upload field, the documents to choose from, and, if `is_busy`, the progress of reading."""
    key = widget_key("files", f"-{state.upload_field}")
    st.file_uploader(  # without limits of its own: it would reject a file without a reason
        "Add files",
        accept_multiple_files=True,
        key=key,
        on_change=_read,
        args=(shelf, settings, key),
    )
    *kinds, last_kind = dict.fromkeys(KINDS.values())
    st.caption(
        f"{', '.join(kinds)} or {last_kind}, up to {settings.upload_megabytes} MB each; at a time, up to "
        f"{count(settings.upload_files, 'file')} and {settings.upload_total_megabytes:,} MB. What cannot be read is "
        "named below."
    )
    if is_busy:
        done = sum(upload.document.done() for upload in state.uploads)
        fragment(partial(_draw_progress, done), run_every=LOOK_EVERY)()
    problems, documents = _problems(), _documents()
    warnings = _warnings(documents.values())
    names = file_names([upload for notice in (*problems, *warnings) for upload in notice.uncertain])

    def draw_choices(notice: _Notice) -> None:
        for upload in notice.uncertain:
            draw_encoding_choice(upload, names[upload.id], shelf, ReadLimits.of(settings))

    _draw_some(problems, ":material/block:", lambda more: f"{count(more, 'more file')} not added", draw_choices)
    if documents:
        labels = labels_of(list(documents.values()))
        st.multiselect(
            "Documents to look in",
            list(documents),
            key=widget_key("own_documents"),
            format_func=lambda fingerprint: labels.get(fingerprint, fingerprint),
            persist_state="session",
        )
    _draw_some(
        warnings,
        ":material/visibility_off:",
        lambda more: f"{count(more, 'more document')} with a warning",
        draw_choices,
    )


def chosen_documents() -> list[str]:
    """Fingerprints of the documents chosen for the next run."""
    return list(state.own_documents)


def is_reading() -> bool:
    """Whether a file is still being read."""
    return any(not upload.document.done() for upload in state.uploads)


def _read(shelf: Shelf, settings: Settings, key: str) -> None:
    """Start reading the files just added; a new widget key empties the field, so that each file is read once."""
    files = [file for file in st.session_state[key] or [] if isinstance(file, UploadedFile)]
    state.upload_field += 1
    del state.problem
    limits = ReadLimits.of(settings)
    for upload in state.uploads:
        if any(upload.is_same(file.name, file.getvalue()) for file in files):  # it is read as if it were new
            forget(upload)
    uploads = [upload for upload in state.uploads if not upload.problem or upload.has_choice]  # others were shown
    room = _Room(settings.upload_files, settings.upload_total_megabytes * MEGABYTE)
    for size in _held(uploads):
        room.take(size)
    too_many: list[str] = []
    too_large: list[str] = []
    for file in files:
        try:
            check_size(file.name, file.size, limits)
        except UnreadableFile as error:
            uploads.append(Upload.refused(file.name, file.size, error))
        else:
            if any(upload.is_same(file.name, file.getvalue()) for upload in uploads):
                pass  # of another folder
            elif room.files < 1:
                too_many.append(file.name)
            elif room.bytes < file.size:
                too_large.append(file.name)
            else:
                room.take(file.size)
                uploads.append(Upload.begin(file.name, file.getvalue(), shelf, limits))
        release_upload(file)
    for names, limit in (
        (too_many, count(settings.upload_files, "file")),
        (too_large, f"{settings.upload_total_megabytes:,} MB"),
    ):
        if names:
            uploads.append(Upload.refused(names[0], 0, _left_out(names, limit)))
    state.uploads = uploads


@dataclass
class _Room:
    """What a visitor may add still."""

    files: int
    bytes: int

    def take(self, size: int) -> None:
        """Take the room of a file of this size, in bytes."""
        self.files -= 1
        self.bytes -= size


def _held(uploads: Iterable[Upload]) -> Iterable[int]:
    """Sizes in bytes of the files that are being read or kept, and of the other documents that are chosen."""
    held: set[str] = set()
    sizes: dict[str, int] = {}
    for upload in uploads:
        document = upload.result
        if upload.kept.data is not None or not upload.document.done():
            yield upload.size
            held.update([document.fingerprint] if document else [])
        elif document:
            sizes.setdefault(document.fingerprint, upload.size)
    chosen = set(state.own_documents) - held
    yield from (size for fingerprint, size in sizes.items() if fingerprint in chosen)


def _left_out(names: list[str], limit: str) -> UnreadableFile:
    """One error for all files beyond a limit."""
    some = ", ".join(f"“{name}”" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
    were = "1 file was" if len(names) == 1 else f"{len(names):,} files were"
    return UnreadableFile(
        f"{were} left out, since {limit} at a time is the limit: {some}. Take documents out below, and add the rest."
    )


def _draw_progress(drawn: int) -> None:
    """Draw how many files are read, and the whole page again if there are more than were drawn."""
    uploads = state.uploads
    done = sum(upload.document.done() for upload in uploads)
    if done > drawn:
        st.rerun()
    st.progress(done / len(uploads), text=f"Reading {count(len(uploads), 'file')}, {done:,} done")


@dataclass(frozen=True)
class _Notice:
    """What is said of a file that was not added, or of a document."""

    message: str
    uncertain: Sequence[Upload]
    """Its files whose encoding might be another."""


def _draw_some(
    notices: Sequence[_Notice], icon: str, more: Callable[[int], str], draw_choices: Callable[[_Notice], None]
) -> None:
    """Draw the first notices, and the others on demand, under their number in words."""
    for notice in notices[:NAMED]:
        st.warning(shown(notice.message), icon=icon)
        draw_choices(notice)
    if others := notices[NAMED:]:
        with st.expander(more(len(others)), icon=icon):
            for notice in others:
                st.markdown(shown(notice.message))
                draw_choices(notice)


def _problems() -> list[_Notice]:
    return [_problem(upload, problem) for upload in state.uploads if (problem := upload.problem)]


def _problem(upload: Upload, problem: str) -> _Notice:
    if not upload.has_choice:
        return _Notice(problem, [])
    return _Notice(problem if upload.encoding else f"{problem} Or choose its encoding below.", [upload])


def _warnings(documents: Iterable[OwnDocument]) -> list[_Notice]:
    """What is said of documents; of those that are chosen with their files of uncertain encoding."""
    chosen = set(state.own_documents)
    uncertain: dict[str, list[Upload]] = {}
    for upload in state.uploads:
        if upload.is_uncertain and upload.result and upload.result.fingerprint in chosen:
            uncertain.setdefault(upload.result.fingerprint, []).append(upload)
    return [
        _Notice(document.warning, uncertain.get(document.fingerprint, [])) for document in documents if document.warning
    ]


def _documents() -> dict[str, OwnDocument]:
    """The documents that could be read, by fingerprint.

    New ones become chosen; the bytes are let go of those that have been taken out.
    """
    _forget_superseded()
    read = [(upload, document) for upload in state.uploads if (document := upload.result)]
    documents: dict[str, OwnDocument] = {}
    for _, document in read:  # of those with the same text, the one put on the shelf last knows most
        known = documents.setdefault(document.fingerprint, document)
        if len(document.names) > len(known.names) or len(document.warning) > len(known.warning):
            documents[document.fingerprint] = document
    new = dict.fromkeys(document.fingerprint for upload, document in read if not upload.is_offered)
    if new:
        state.own_documents = list(dict.fromkeys([*chosen_documents(), *new]))
    for upload, document in read:
        upload.is_offered = True
        if document.fingerprint not in state.own_documents:
            upload.kept.let_go()
    return documents


def _forget_superseded() -> None:
    """Forget files that were added again later, with the same name and text, unless their encoding was chosen."""
    read = [(upload, document) for upload in state.uploads if (document := upload.result)]
    latest = {(upload.name, document.fingerprint): upload for upload, document in read}
    for upload, document in read:
        is_superseded = upload is not latest[upload.name, document.fingerprint]
        if is_superseded and not (upload.encoding and upload.has_choice):
            forget(upload)
