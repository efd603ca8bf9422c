"""What documents are called: enough to tell them apart, and no more."""

from __future__ import annotations

from hitl.report.writing.sources import source_names
from tests.report.findings import finding

ONE, OTHER, THIRD = "a" * 64, "b" * 64, "a" * 9 + "c" * 55


def named(title: str, document: str, location: str, date: str | None = None) -> str:
    return names({document: (title, location, date)})[0]


def names(documents: dict[str, tuple[str, str, str | None]]) -> list[str]:
    quoted = [
        finding("A quote.", title=title, document=document, location=location).model_copy(update={"date": date})
        for document, (title, location, date) in documents.items()
    ]
    found = source_names(quoted)
    return [f"{found[one.document].heading} / {found[one.document].fingerprint}" for one in quoted]


def test_a_title_of_its_own_needs_nothing_more():
    assert names({ONE: ("Tides", "a.md", None), OTHER: ("Moons", "a.md", None)}) == ["Tides / ", "Moons / "]


def test_documents_of_one_title_are_told_apart_by_file_name():
    assert names({ONE: ("Tides", "a.md", None), OTHER: ("Tides", "b.md", None)}) == [
        "Tides (a.md) / ", "Tides (b.md) / "
    ]  # fmt: skip


def test_files_of_one_name_are_told_apart_by_date():
    assert names({ONE: ("Tides", "a.md", "2019"), OTHER: ("Tides", "a.md", "2020-05")}) == [
        "Tides (2019) / ", "Tides (2020-05) / "
    ]  # fmt: skip


def test_what_is_the_same_in_all_this_is_told_apart_by_fingerprint():
    assert names({ONE: ("Tides", "a.md", "2019"), OTHER: ("Tides", "a.md", "2019")}) == [
        "Tides (aaaaaaaa) / aaaaaaaa", "Tides (bbbbbbbb) / bbbbbbbb"
    ]  # fmt: skip


def test_a_fingerprint_is_as_long_as_it_must_be():
    assert names({ONE: ("Tides", "a.md", None), THIRD: ("Tides", "a.md", None)}) == [
        f"Tides ({'a' * 10}) / {'a' * 10}", f"Tides ({'a' * 9}c) / {'a' * 9}c"
    ]  # fmt: skip


def test_one_of_three_may_differ_in_more_than_the_others():
    assert names({ONE: ("T", "a.md", None), OTHER: ("T", "a.md", None), THIRD: ("T", "b.md", None)}) == [
        f"T ({'a' * 10}) / {'a' * 10}", f"T ({'b' * 10}) / {'b' * 10}", "T (b.md) / "
    ]  # fmt: skip


def test_a_document_without_a_title_is_called_by_its_file():
    assert named(" ", ONE, "notes.txt") == "notes.txt / "
