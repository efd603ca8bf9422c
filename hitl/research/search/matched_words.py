"""Finds the words of a quote that match what was asked, as they stand there."""

from __future__ import annotations

from collections.abc import Callable, Container

from hitl.research.search.tokens import divided_word, term_of
from hitl.text import WORD


def matched_words(text: str, terms: Container[str], term: Callable[[str], str] = term_of) -> tuple[str, ...]:
    """The words of a text whose terms are asked for, each once, in text order; of scripts without spaces, runs of them.

    Args:
        text: A quote.
        terms: The terms that are asked for.
        term: Gives the term of a word of the text.
    """
    spans: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        start = match.start()
        for part in divided_word(match[0]):
            start = text.index(part, start, match.end())
            if term(part) in terms:
                if spans and start <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], start + len(part))
                else:
                    spans.append((start, start + len(part)))
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))
