"""The bundled library: the documents that come with hitl.

They are kept as they were read, beside the files: every process that researches needs them, and reading them takes it
two seconds. After a change of the files or of the reading, `python -m hitl.research.bundled` reads them anew.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from hitl.research.evidence import Document

LIBRARY = Path(__file__).parent / "library"
"""The folder of the files."""
AS_READ = LIBRARY.with_name("library.json")
"""The same documents as they were read."""
_DOCUMENTS = TypeAdapter(tuple[Document, ...])

_loading = threading.Lock()


def bundled_documents() -> tuple[Document, ...]:
    """The documents that come with hitl, by name of the file; concurrent callers wait until one of them has them."""
    with _loading:
        return _load()


@cache
def _load() -> tuple[Document, ...]:
    return _DOCUMENTS.validate_json(AS_READ.read_bytes())


@cache
def bundled_by_fingerprint() -> dict[str, Document]:
    return {document.fingerprint: document for document in bundled_documents()}


def read_anew() -> bytes:
    """The documents as their files are read now, in JSON with a line for each value, so that a change of one shows."""
    from hitl.research.reading.files import read_document  # its libraries stay out of who only needs the result
    from hitl.research.reading.kinds import KINDS

    paths = sorted(path for path in LIBRARY.iterdir() if path.suffix in KINDS)
    documents = tuple(read_document(path.name, path.read_bytes()) for path in paths)
    return _DOCUMENTS.dump_json(documents, indent=1) + b"\n"


if __name__ == "__main__":
    AS_READ.write_bytes(read_anew())
