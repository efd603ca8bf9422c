"""The option `--encoding`: what text files are encoded in, where that can't be told from their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from hitl.cli.options import text
from hitl.research.reading.encoding.decoding import Undecodable, encoding_named
from hitl.research.reading.kinds import has_encoding


@dataclass(frozen=True)
class GivenEncoding:
    """An encoding as it was typed."""

    name: str
    file: str = ""
    """Path or name of the file that it is for; empty if it is for all text files."""

    def __str__(self) -> str:
        return f"{self.file}={self.name}" if self.file else self.name


@dataclass
class GivenEncodings:
    """The encodings that were given with one command; of several for the same file the last one counts."""

    given: Sequence[GivenEncoding]
    _used: set[GivenEncoding] = field(default_factory=set)

    def of(self, path: Path) -> str:
        """The encoding that was given for a file, by its name or for all text files; empty if none was."""
        own = [each for each in self.given if each.file and each.file in (text(str(path)), text(path.name))]
        for_all = [each for each in self.given if not each.file and has_encoding(path.name)]
        self._used.update([*own, *for_all])
        return next((each.name for each in reversed(own or for_all)), "")

    def check_all_used(self) -> None:
        """Raise if an encoding was for no file.

        Raises:
            click.UsageError: If one was.
        """
        for each in self.given:
            if each not in self._used:
                missing = f"there is no file “{each.file}” among those given" if each.file else "no text file was given"
                raise click.UsageError(f"--encoding {each}: {missing}.")


def encoding_and_file(argument: str) -> GivenEncoding:
    file, equals, name = text(argument).rpartition("=")
    if equals and not file:
        raise click.BadParameter(f"{argument!r} is not of the form NAME or FILE=NAME.")
    try:
        encoding_named(name)
    except Undecodable:
        raise click.BadParameter(
            f"There is no encoding “{name}”. Name one such as UTF-8, Windows-1252 or Shift-JIS."
        ) from None
    return GivenEncoding(name, file)


encoding_option = click.option(
    "--encoding",
    "given_encodings",
    type=encoding_and_file,
    metavar="[FILE=]NAME",
    multiple=True,
    help="The encoding of the text files, such as windows-1250, where hitl cannot tell it or guesses wrong; with FILE= "
    "for one of them only.",
)
