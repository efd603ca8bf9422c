from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hitl.research.bundled import AS_READ, LIBRARY, bundled_by_fingerprint, bundled_documents, read_anew

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name for path in LIBRARY.iterdir() if path.is_file())


def test_at_least_fifteen_documents_of_three_kinds_are_bundled():
    kinds = {Path(document.location).suffix for document in bundled_documents()}

    assert len(bundled_documents()) >= 15
    assert kinds >= {".md", ".html", ".pdf"}


def test_every_file_of_the_library_is_a_document_of_its_own():
    files = set(NAMES)

    assert {document.location for document in bundled_documents()} == files
    assert len(bundled_by_fingerprint()) == len(files)


@pytest.mark.parametrize("name", NAMES)
def test_bundled_document_has_title_date_headings_and_sources(name):
    (document,) = (document for document in bundled_documents() if document.location == name)
    assert document.date is not None
    assert document.title != Path(document.location).stem
    assert len(document.headings) >= 3
    assert document.text.split("\n\n")[-1].startswith("Sources:")


def test_the_library_is_kept_as_its_files_are_read():
    assert AS_READ.read_bytes() == read_anew(), "run `python -m hitl.research.bundled`"


def test_the_libraries_that_read_files_stay_out_of_the_process_that_uses_the_bundled_documents():
    code = """
import sys
from hitl.research.bundled import bundled_documents
assert len(bundled_documents()) >= 15
readers = {"pypdfium2", "docx", "lxml", "openpyxl"}
assert not readers & sys.modules.keys(), readers & sys.modules.keys()
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_two_bundled_documents_contradict_each_other():
    text_of = {document.location: document.text for document in bundled_documents()}

    assert "The Solar System has nine planets" in text_of["nine-planets.md"]
    assert "The Solar System has eight planets" in text_of["what-counts-as-a-planet.html"]
