"""The visitor's own documents: read on a background thread, put on the shelf, chosen for the next run."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from hitl.inert import inert
from hitl.research import Document, Shelf
from hitl.research.reading import KINDS, UnreadableFile, read_document
from hitl.settings import Settings

LOOK_EVERY = 0.3
"""Seconds between two looks at the documents that are being read."""


@dataclass(frozen=True)
class Upload:
    """A file that is being read, or was."""

    name: str
    document: Future[Document]


def draw_uploads(shelf: Shelf, settings: Settings) -> None:
    """Draw the field for files, the progress of reading them, and the documents to choose from."""
    batch = st.session_state.setdefault("batch", 0)
    st.file_uploader(
        "Add files",
        type=[suffix.removeprefix(".") for suffix in KINDS],
        accept_multiple_files=True,
        key=f"files-{batch}",
        max_upload_size=settings.upload_megabytes,
        on_change=_read,
        args=(shelf, settings, f"files-{batch}"),
        help=f"PDF, Word, HTML, Markdown or text; at most {settings.upload_files} files at a time.",
    )
    if is_reading():
        st.fragment(_draw_progress, run_every=LOOK_EVERY)()
    for problem in _problems():
        st.warning(inert(problem), icon=":material/block:")
    if titles := _titles():
        st.multiselect(
            "Documents to look in",
            list(titles),
            key="own_documents",
            format_func=lambda fingerprint: titles.get(fingerprint, fingerprint),
            persist_state="session",
        )


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
    for number, file in enumerate(files):
        if number < settings.upload_files:
            work = _readers().submit(_read_one, shelf, settings.upload_megabytes, file.name, file.getvalue())
        else:
            work = Future()
            work.set_exception(
                UnreadableFile(f"“{file.name}” was left out: at most {settings.upload_files} files at a time.")
            )
        uploads.append(Upload(file.name, work))
    st.session_state["uploads"] = uploads


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
    st.progress(done / len(uploads), text=f"Reading {len(uploads)} files, {done} done")


def _problem(upload: Upload) -> str | None:
    error = upload.document.exception() if upload.document.done() else None
    if error is None:
        return None
    if isinstance(error, UnreadableFile):
        return str(error)
    return f"“{upload.name}” could not be put on the shelf: {error}"


def _problems() -> list[str]:
    return [problem for upload in _uploads() if (problem := _problem(upload))]


def _titles() -> dict[str, str]:
    """The documents that could be read, by fingerprint; a new one is chosen at once."""
    read = [upload.document.result() for upload in _uploads() if upload.document.done() and not _problem(upload)]
    titles = {document.fingerprint: f"{document.title} ({document.location})" for document in read}
    known = st.session_state.setdefault("known_documents", set())
    if new := [fingerprint for fingerprint in titles if fingerprint not in known]:
        known.update(new)
        st.session_state["own_documents"] = chosen_documents() + new
    return titles
