"""The visitor's own documents: read on a background thread, put on the shelf, chosen for the next run."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from hitl.research import Document, Shelf
from hitl.research.reading import UnreadableFile, check_size, read_document
from hitl.settings import Settings
from hitl.ui import shown

NAMED = 3
"""Files that are named when many are left out, or not read whole."""
LOOK_EVERY = 0.3
"""Seconds between two looks at the documents that are being read."""


@dataclass(frozen=True)
class Upload:
    """A file that is being read, or was."""

    name: str
    document: Future[Document]


def draw_uploads(shelf: Shelf, settings: Settings, is_busy: bool) -> None:
    """Draw the field for files, the documents to choose from, and the progress of reading while that `is_busy`."""
    batch = st.session_state.setdefault("batch", 0)
    st.file_uploader(  # without limits of its own: it would refuse a file with a red mark and no word
        "Add files",
        accept_multiple_files=True,
        key=f"files-{batch}",
        on_change=_read,
        args=(shelf, settings, f"files-{batch}"),
    )
    st.caption(
        f"PDF, Word, HTML, Markdown or text, up to {settings.upload_megabytes} MB each and {settings.upload_files} at "
        "a time. What cannot be read is named below."
    )
    if is_busy:
        st.fragment(_draw_progress, run_every=LOOK_EVERY)()
    for problem in _problems():
        st.warning(shown(problem), icon=":material/block:")
    if documents := _documents():
        st.multiselect(
            "Documents to look in",
            list(documents),
            key="own_documents",
            format_func=lambda fingerprint: _label(documents.get(fingerprint), fingerprint),
            persist_state="session",
        )
    warnings = [document.warning for document in documents.values() if document.warning]
    for warning in warnings[:NAMED]:
        st.warning(shown(warning), icon=":material/visibility_off:")
    if more := len(warnings) - NAMED if len(warnings) > NAMED else 0:
        st.caption(f"The same goes for {more} other {'document' if more == 1 else 'documents'}, as their names say.")


def store_document(settings: Settings, name: str, data: bytes) -> str:
    """Read a file and put it on the shelf; returns its fingerprint.

    Raises:
        UnreadableFile: If it cannot be read; the message says why.
    """
    document = read_document(name, data, settings.upload_megabytes)
    Shelf(settings.home).add(document)
    return document.fingerprint


def chosen_documents() -> list[str]:
    """Fingerprints of the documents that the visitor has chosen."""
    return list(st.session_state.get("own_documents", []))


def is_reading() -> bool:
    """Whether a file is still being read."""
    return any(not upload.document.done() for upload in _uploads())


def _uploads() -> list[Upload]:
    uploads: list[Upload] = st.session_state.setdefault("uploads", [])
    return uploads


def _read(shelf: Shelf, settings: Settings, key: str) -> None:
    """Begin to read what was just added; the field empties, so that each file is read once."""
    files = st.session_state[key] or []
    st.session_state["batch"] += 1
    st.session_state.pop("problem", None)
    uploads = [upload for upload in _uploads() if not _problem(upload)]  # what went wrong before has been told
    for file in files[: settings.upload_files]:
        try:
            check_size(file.name, file.size, settings.upload_megabytes)  # before its bytes are copied
            document = _readers().submit(_read_one, shelf, settings.upload_megabytes, file.name, file.getvalue())
        except UnreadableFile as error:
            document = _refused(error)
        uploads.append(Upload(file.name, document))
    if left_out := [file.name for file in files[settings.upload_files :]]:
        uploads.append(Upload(left_out[0], _refused(_left_out(left_out, settings.upload_files))))
    st.session_state["uploads"] = uploads


def _refused(error: UnreadableFile) -> Future[Document]:
    refused: Future[Document] = Future()
    refused.set_exception(error)
    return refused


def _left_out(names: list[str], most: int) -> UnreadableFile:
    """Files beyond the limit, told in one line."""
    some = ", ".join(f"“{name}”" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
    count = "1 file was" if len(names) == 1 else f"{len(names)} files were"
    return UnreadableFile(f"{count} left out, since {most} at a time is the limit: {some}")


def _read_one(shelf: Shelf, most_megabytes: int, name: str, data: bytes) -> Document:
    document = read_document(name, data, most_megabytes)
    shelf.add(document)
    return document


@st.cache_resource(show_spinner=False)
def _readers() -> ThreadPoolExecutor:
    """Threads that read files: neither the script's, nor the one that all runs share."""
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="hitl-read")


def _draw_progress() -> None:
    uploads = _uploads()
    done = sum(upload.document.done() for upload in uploads)
    if done == len(uploads):
        st.rerun()
    files = "1 file" if len(uploads) == 1 else f"{len(uploads)} files"
    st.progress(done / len(uploads), text=f"Reading {files}, {done} done")


def _problem(upload: Upload) -> str | None:
    error = upload.document.exception() if upload.document.done() else None
    if error is None:
        return None
    if isinstance(error, UnreadableFile):
        return str(error)
    return f"“{upload.name}” could not be put on the shelf: {error}"


def _problems() -> list[str]:
    return [problem for upload in _uploads() if (problem := _problem(upload))]


def _documents() -> dict[str, Document]:
    """The documents that could be read, by fingerprint; a new one is chosen at once."""
    read = [upload.document.result() for upload in _uploads() if upload.document.done() and not _problem(upload)]
    documents: dict[str, Document] = {}
    for document in read:  # the first name of a text stays, also when it is added again under another
        known = documents.setdefault(document.fingerprint, document)
        if document.unread_words > known.unread_words:
            documents[document.fingerprint] = document
    known_before = st.session_state.setdefault("known_documents", set())
    if new := [fingerprint for fingerprint in documents if fingerprint not in known_before]:
        known_before.update(new)
        st.session_state["own_documents"] = chosen_documents() + new
    return documents


def _label(document: Document | None, fingerprint: str) -> str:
    if document is None:
        return fingerprint
    unread = f", {document.unread_words:,} words not read" if document.unread_words else ""
    return f"{document.title} ({document.location}{unread})"
