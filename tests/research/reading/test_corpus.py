"""The corpus: each of its files is read, with the words that its own XML tells."""

from __future__ import annotations

import pytest

from tests.benchmarks.reading import figures_of
from tests.research.reading import corpus

SAID = {
    "sheet-hidden.xlsx",
    "sheet-formulas.xlsx",
    "slides-hidden.pptx",
    "unseen-tags.txt",
    "unseen-order.txt",
    "unseen-variants.txt",
}
"""Files of which something has to be said, such as what is hidden in them."""


@pytest.mark.parametrize("name", corpus.FILES)
def test_file_is_read_and_nothing_is_said_of_it_without_a_reason(name, tmp_path):
    (tmp_path / name).write_bytes(corpus.FILES[name]())

    figures = figures_of(tmp_path / name)

    assert figures.is_read, figures.said
    assert bool(figures.said) == (name in SAID), figures.said
    assert figures.words_read is not None
    assert figures.words_read >= (0.8 if name in SAID or name == "sheet-letters.xlsx" else 0.99)


def test_corpus_is_written_into_a_folder(tmp_path, capsys):
    corpus.main([str(tmp_path / "new")])

    assert {path.name for path in (tmp_path / "new").iterdir()} == set(corpus.FILES)
    assert "files in" in capsys.readouterr().out
