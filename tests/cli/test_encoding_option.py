"""What text files are encoded in, said with `hitl start`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hitl.engine import Engine
from hitl.research import Document, Shelf
from tests.cli.calling import asked, done, hitl, refused
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText
from tests.research.samples import HEAT, pdf

CYRILLIC, HEBREW, KOREAN = SHORT_TEXTS[1], SHORT_TEXTS[4], SHORT_TEXTS[9]


def write(folder: Path, **files: ShortText) -> None:
    for name, short in files.items():
        (folder / f"{name}.txt").write_bytes(short.data)


def started(owner: Engine, *arguments: str) -> list[Document]:
    """The documents of a report that is started."""
    run = owner.attach(done("start", "report", "--topic", "pool in the town", *arguments).strip())
    return Shelf(owner.settings.home).documents(run.inputs["documents"])


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_a_document_is_read_in_the_encoding_that_is_named(short: ShortText, owner: Engine, tmp_path: Path):
    write(tmp_path, pool=short)

    (document,) = started(owner, "--document", "pool.txt", "--encoding", short.encoding.lower())

    assert document.text == short.text
    assert document.warning == f"In “pool.txt” the text was read as {short.encoding}, as chosen."


def test_the_reviewer_is_told_of_it(owner: Engine, tmp_path: Path):
    write(tmp_path, pool=KOREAN)

    run_id = done(
        "start", "report", "--topic", "the pool is closed", "--document", "pool.txt", "--encoding", "euc-kr"
    ).strip()
    asked(owner.attach(run_id))

    assert "the text was read as EUC-KR, as chosen" in " ".join(done("show", run_id).split())


def test_an_uncertain_encoding_is_told_when_the_run_is_started(owner: Engine, tmp_path: Path):
    write(tmp_path, pool=CYRILLIC)

    result = hitl("start", "report", "--topic", "the pool is closed", "--document", "pool.txt")

    assert result.stderr.startswith("In “pool.txt” the encoding was guessed as ")
    assert "or with --encoding." in result.stderr


def test_files_of_different_encodings_are_named_each(owner: Engine, tmp_path: Path):
    write(tmp_path, one=CYRILLIC, two=HEBREW, three=KOREAN)
    documents = [argument for name in ("one", "two", "three") for argument in ("--document", f"{name}.txt")]
    encodings = [
        "--encoding", "one.txt=windows-1251", "--encoding", f"{tmp_path / 'two.txt'}=cp1252", "--encoding", "EUC-KR",
        "--encoding", "two.txt=cp1255",
    ]  # fmt: skip
    documents[3] = str(tmp_path / "two.txt")

    read = started(owner, *documents, *encodings)

    assert [document.text for document in read] == [CYRILLIC.text, HEBREW.text, KOREAN.text]


def test_an_encoding_for_all_is_not_for_files_that_say_it_themselves(owner: Engine, tmp_path: Path):
    write(tmp_path, pool=CYRILLIC)
    (tmp_path / "heat.pdf").write_bytes(pdf((HEAT,)))

    pool, heat = started(owner, "--document", "pool.txt", "--document", "heat.pdf", "--encoding", "cp1251")

    assert pool.text == CYRILLIC.text
    assert heat.encoding is None


def test_a_file_that_a_field_takes_is_not_read_and_has_no_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.cli.flows:Mailroom")
    write(tmp_path, pool=HEBREW)

    said = refused("start", "mail", "--field", "scan=@pool.txt", "--encoding", "cp1255", code=2)

    assert "--encoding cp1255: no text file was given." in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--document", "pool.txt", "--encoding", "UTF-8"], "“pool.txt” cannot be read as UTF-8: 2 of its 40 char"),
        (["--document", "pool.txt", "--encoding", "UTF-32 LE"], "“pool.txt” cannot be read as UTF-32 LE"),
        (["--document", "pool.txt", "--encoding", "UTF-16 BE"], "Choose another encoding."),
        (["--document", "fake.pdf", "--encoding", "fake.pdf=UTF-8"], "which says itself how its text is encoded."),
        (
            ["--document", "noise.txt"],
            "“noise.txt” is in an unknown encoding. Save it as UTF-8, then add it again. Or name its encoding with "
            "--encoding.",
        ),
    ],
)
def test_a_file_that_is_not_in_the_encoding_is_told_and_nothing_is_started(
    arguments: list[str], message: str, owner: Engine, tmp_path: Path
):
    write(tmp_path, pool=CYRILLIC)
    (tmp_path / "noise.txt").write_bytes(random.Random(1).randbytes(3000).replace(b"\x00", b"\x01"))
    (tmp_path / "fake.pdf").write_bytes(b"%PDF-1.7")

    assert message in refused("start", "report", "--topic", "tea", *arguments)
    assert owner.runs() == []
    assert not Shelf(owner.settings.home).folder.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--encoding", "klingon-1"], "There is no encoding “klingon-1”. Name one such as UTF-8, Windows-1252 or"),
        (["--encoding", "pool.txt=base64"], "There is no encoding “base64”."),
        (["--encoding", ""], "There is no encoding “”."),
        (["--encoding", "pool.txt="], "There is no encoding “”."),
        (["--encoding", "=cp1251"], "is not of the form NAME or FILE=NAME"),
        (["--encoding", "pol.txt=cp1251"], "--encoding pol.txt=cp1251: there is no file “pol.txt” among those given."),
        (["--encoding", "cp1251"], None),
    ],
)
def test_an_encoding_that_is_none_or_is_for_no_file_is_a_usage_error(
    arguments: list[str], message: str | None, owner: Engine, tmp_path: Path
):
    write(tmp_path, pool=CYRILLIC)
    documents = ["--document", "pool.txt"] if message else []
    result = hitl("start", "report", "--topic", "tea", *documents, *arguments)

    assert result.exit_code == 2
    assert (message or "--encoding cp1251: no text file was given.") in " ".join(result.stderr.split())
    assert owner.runs() == []


def test_its_help_says_what_it_is_for():
    assert "The encoding of the text files" in " ".join(done("start", "--help").split())
