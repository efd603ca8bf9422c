"""Finds the words of a quote that match what was asked, as they stand there."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from hitl.research.search.joined_words import JOINED, joined_words
from hitl.research.search.tokens import divided_word, term_of, tokens_of
from hitl.text import WORD


def matched_words(text: str, terms: Container[str], term: Callable[[str], str] = term_of) -> tuple[str, ...]:
    """The words of a text whose terms are asked for, each once, in text order; of scripts without spaces, runs of them.

    Args:
        text: A quote.
        terms: The terms that are asked for.
        term: Gives the term of a word of the text.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*_words(text, terms, term), *_joined(text, terms, term)]):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))


def _words(text: str, terms: Container[str], term: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    for match in WORD.finditer(text):
        start = match.start()
        for part in divided_word(match[0]):
            start = text.index(part, start, match.end())
            tokens = [part] if part.isascii() else tokens_of(part)  # half-width kana is several words
            if any(term(token) in terms for token in tokens):
                yield start, start + len(part)


def _joined(text: str, terms: Container[str], term: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    for word in joined_words(text):
        if JOINED + term(word.letters) in terms:
            yield word.start, word.end
