"""Sentences: how many probes are cut where they should be, and how long a megabyte takes.

`python -m tests.benchmarks.sentences [FILE …]` takes files with a probe a line: `{"language": "de", "text": …,
"sentences": 2}`, or with the sentences themselves in place of their number and the text. Without a file it takes our
own probes. Each is cut twice, with its language given and with the language guessed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from hitl.research.bundled import bundled_documents
from hitl.research.sentences import split_sentences
from tests.benchmarks.timing import report, seconds_of

OWN_PROBES = Path(__file__).parent.parent / "research" / "sentences" / "probes.jsonl"
MEGABYTE = 1_000_000


class Probe(BaseModel):
    """A text, and where its sentences end."""

    model_config = ConfigDict(frozen=True)

    language: str
    text: str
    sentences: int | tuple[str, ...]
    """Their number, if only that is known."""

    @model_validator(mode="before")
    @classmethod
    def _with_text(cls, line: dict[str, Any]) -> dict[str, Any]:
        return {"text": line.get("joint", " ").join(line["sentences"]), **line} if "text" not in line else line

    def is_cut_right(self, language: str) -> bool:
        """Whether the text is cut where it should be.

        Args:
            language: Code of the language that it is cut by; guessed when empty.
        """
        found = tuple(self.text[span.start : span.end] for span in split_sentences(self.text, language=language))
        return len(found) == self.sentences if isinstance(self.sentences, int) else found == self.sentences


def probes_in(path: Path) -> list[Probe]:
    return [Probe.model_validate_json(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def score(name: str, probes: Sequence[Probe]) -> None:
    """Print how many of the probes are cut right, and which are not."""
    wrong = [probe for probe in probes if not probe.is_cut_right(probe.language)]
    guessed = sum(probe.is_cut_right("") for probe in probes)
    print(f"{name}: {len(probes) - len(wrong)} of {len(probes)}, {guessed} with the language guessed")
    for probe in wrong:
        print(f"  {probe.language}: {probe.text}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sentences", description="Measure the sentences.")
    parser.add_argument("files", type=Path, nargs="*", help="probes, one a line")
    for path in parser.parse_args(arguments).files or [OWN_PROBES]:
        score(path.name, probes_in(path))
    library = " ".join(document.text for document in bundled_documents())
    text = (library * (MEGABYTE // len(library) + 1))[:MEGABYTE]
    report(
        "a megabyte of English",
        [seconds_of(partial(split_sentences, text, language="en")) for _ in range(5)],
        limit=0.3,
    )


if __name__ == "__main__":
    main()
