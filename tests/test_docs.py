"""The documentation: links lead somewhere, commands and examples work, and the table of settings is complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hitl.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LANGUAGES = {"", "python", "sh"}
"""What a block may say that it is; without a word it is a drawing."""
NOT_RUN = re.compile(r"<!-- not run: \S.* -->\s*")
"""Stands above a block that cannot be run here, and says why."""
COMMAND = re.compile(r"(?:\w+=\$\()?hitl (?!serve\b).*|export \w+=.*")
"""What can be run: commands that start no server and install nothing."""
PICTURE = re.compile(r'(?:src|srcset)="([^"]+)"')
"""A picture in HTML, which Markdown needs for one that follows the reader's theme."""
FILE = re.compile(r"# (\w+\.py)\n")
"""The first line of a block that is a file."""
EXPORTED = re.compile(r'export (HITL_WORKFLOWS)="(.*)"')
NOTES = "A heat pump moves heat from the air into a house. It needs electricity for its compressor.\n"
"""A document that a reader of the commands has, `notes.md`."""
RUN_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert at.main.children and not at.exception and not at.error, (at.exception, at.error)
"""
REST = """
from contextlib import closing
from hitl.engine import open_engine
from hitl.settings import load_settings
from tests.conftest import until
with closing(open_engine(load_settings(), owner=False)) as engine:
    until(lambda: not any(run.active for run in engine.runs()))
"""
"""Waits, as a reader does between two blocks, until no run is at work."""


@dataclass(frozen=True)
class Block:
    """A block of code of a page."""

    page: Path
    line: int
    """Where its code begins, from 1."""
    language: str
    code: str
    is_run: bool
    """False if a comment above it says that it is not."""

    @property
    def file(self) -> str:
        """The name of the file that it is; empty if it is none."""
        match = FILE.match(self.code)
        return match[1] if match else ""

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@cache
def tokens_of(page: Path) -> Sequence[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))


@cache
def blocks_of(page: Path) -> Sequence[Block]:
    tokens = tokens_of(page)
    return [
        Block(
            page,
            (token.map or [0])[0] + 2,
            token.info,
            token.content,
            not (before.type == "html_block" and NOT_RUN.fullmatch(before.content)),
        )
        for before, token in zip([Token("", "", 0), *tokens], tokens, strict=False)
        if token.type == "fence"
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
COMMANDS = [block for block in BLOCKS if block.language == "sh"]
EXAMPLES = [block for block in BLOCKS if block.language == "python"]


# ---- links


@cache
def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = [after.content for token, after in pairwise(tokens_of(page)) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> Iterator[str]:
    """The links and pictures of a page that do not lead to another server."""
    for token in tokens_of(page):
        for part in token.children or ():
            html = PICTURE.findall(part.content) if part.type == "html_inline" else []
            for target in [str(part.attrGet("href") or part.attrGet("src") or ""), *html]:
                if target and not re.match(r"https?://", target):
                    yield unquote(target)


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and target.is_relative_to(ROOT) and (not anchor or anchor in anchors_of(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    assert [link for link in links_of(page) if not leads_somewhere(page, link)] == []


def test_a_link_that_leads_nowhere_is_found():
    links = ["LICENSE", "docs", "docs/settings.md#prices", "#limits", "gone.md", "docs/settings.md#gone", "../LICENSE"]

    assert [link for link in links if not leads_somewhere(README, link)] == links[4:]


# ---- commands


def test_every_block_says_what_it_is():
    assert [str(block) for block in BLOCKS if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("block", COMMANDS, ids=str)
def test_every_command_is_run_or_says_why_not(block: Block):
    assert not block.is_run or [line for line in block.code.splitlines() if not COMMAND.fullmatch(line)] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.page == page and b.is_run for b in COMMANDS)], ids=lambda page: page.name
)
def test_the_commands_of_a_page_work_one_after_the_other(page: Path, folder: Path):
    blocks = [block.code for block in COMMANDS if block.page == page and block.is_run]
    script = "\n".join(["set -eu", f'rest() {{ "{sys.executable}" -c "$REST"; }}', "rest\n".join(blocks)])
    environment = _environment(folder) | {"REST": REST} | dict(EXPORTED.findall(page.read_text("utf-8")))
    with serving(folder, environment):
        run(["bash", "-xc", script], folder, environment)


def run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command that has to succeed."""
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@contextmanager
def serving(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """A process that carries out what is recorded, as the pages have it, until the block ends."""
    command = [str(BIN / "hitl"), "serve", "--no-page"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert "without a page" in process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


# ---- examples in Python


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_every_example_in_python_works(block: Block, folder: Path):
    compile(block.code, str(block), "exec")
    if not (block.is_run and re.search(r"^ *(?:import|from) hitl\b", block.code, re.MULTILINE)):
        return
    name = block.file or "example.py"
    (folder / name).write_text(block.code, "utf-8")
    if name.startswith("test_"):
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", name]
    elif "hitl.page(" in block.code:
        command = ["-c", RUN_PAGE, name]
    else:
        command = [name]
    run([sys.executable, *command], folder, _environment(folder))


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder in which a reader has what the README and the page of the test name: their files, and a document."""
    asked = request.node.callspec.params
    page = asked["page"] if "page" in asked else asked["block"].page
    for block in EXAMPLES:
        if block.file and block.page in (README, page):
            (tmp_path / block.file).write_text(block.code, "utf-8")
    (tmp_path / "notes.md").write_text(NOTES, "utf-8")
    return tmp_path


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a reader whose home is the folder; `hitl` is the script of this environment."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return own | {"HOME": str(folder), "PATH": f"{BIN}{os.pathsep}{own['PATH']}", "PYTHONPATH": f"{ROOT}"}


# ---- settings


ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| ", re.MULTILINE)


def documented_defaults() -> dict[str, str]:
    """What the table of settings says of each default, by the name of the variable."""
    return dict(ROW.findall((ROOT / "docs" / "settings.md").read_text("utf-8")))


def variable_of(field: str) -> str:
    return str(Settings.model_fields[field].validation_alias or f"HITL_{field.upper()}")


def test_the_table_of_settings_has_every_setting_and_no_other():
    assert list(documented_defaults()) == [variable_of(field) for field in Settings.model_fields]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_table_of_settings_has_the_default(field: str, monkeypatch: pytest.MonkeyPatch):
    for name in (*map(variable_of, Settings.model_fields), "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    variable, default = variable_of(field), getattr(load_settings(), field)
    said = documented_defaults()[variable]

    if default in (None, {}):
        assert said.startswith("not set")
    else:
        typed = re.findall(r"`([^`]+)`", said)
        assert default in [getattr(load_settings({variable: value}), field) for value in typed]
