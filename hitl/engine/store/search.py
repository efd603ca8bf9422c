"""The search over the texts of runs: an index of all runs of three letters in a row, and what to do without it.

The index is SQLite's FTS5 with the tokenizer `trigram` (https://www.sqlite.org/fts5.html#the_trigram_tokenizer), which
finds any part of a word in any language. It answers `LIKE`; without details of positions it takes a third of the space.
What is shorter than three letters is looked up among the three letters that begin with it, which SQLite lists (in the
table of https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module).
It is written after the fact, by the process that owns the file, and by number of the run: the newest are found first,
and the search ends with as many as are asked for. What has changed since is read in full, so that nothing is missed;
and so is everything where SQLite was built without FTS5.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import suppress

INDEX = "run_texts"
INDEXED = "text"
"""Name of the index, and of its column."""
TERMS = "run_terms"
"""Name of the table of all three letters in a row that the index has."""
EARLIER_INDEX = "search"
"""Name of an index in which nothing follows the last two letters of a run: no three letters begin with them."""
MOST_LETTERS = 200_000
"""Maximum characters of a run in which it is found."""
MOST_WORDS = 8
"""Maximum number of words of a search; more are not looked at."""
MOST_TERMS = 1000
"""Maximum number of three letters in a row that one word is looked up by. One that begins more of them is in most runs,
and found without them."""
WILDCARDS = re.compile("[%_]")
"""What `LIKE` takes for any letters."""

NOT_INDEXED = "NOT is_indexed"
OLDEST_NOT_INDEXED = f"SELECT number FROM runs WHERE {NOT_INDEXED} ORDER BY number LIMIT ?"
IS_WORDS = "said.type='text' AND (length(said.value) < 12 OR said.value GLOB '*[^-0-9a-f]*')"
"""Of what is in a JSON value: its texts, but no ids and fingerprints, in which somebody who looks for “cafe” would find
it."""
TEXT_OF_RUN = f"""
substr(folded(coalesce(title, '') || char(10)
 || coalesce((SELECT group_concat(value, char(10)) FROM json_tree(runs.inputs) AS said WHERE {IS_WORDS}), '')
 || char(10)
 || coalesce((SELECT group_concat(said.value, char(10)) FROM questions, json_tree(questions.answer) AS said
    WHERE questions.run_id=runs.id AND questions.answer IS NOT NULL AND {IS_WORDS}), '') || char(10)
 || coalesce((SELECT group_concat(value, char(10)) FROM json_tree(runs.result) AS said WHERE {IS_WORDS}), '')
), 1, {MOST_LETTERS}) || char(10) || char(10)
"""
"""SQL expression for the text in which a run is found, without case: its name, its inputs, what was answered in it, and
its result."""


def make_index(db: sqlite3.Connection) -> None:
    """Make the index if it is missing and this SQLite can."""
    if has_index(db):
        return
    with suppress(sqlite3.OperationalError):  # no module fts5, or one without this tokenizer
        db.execute("UPDATE runs SET is_indexed=0 WHERE is_indexed")
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({INDEXED}, tokenize='trigram', detail='none')"
        )
        db.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {TERMS} USING fts5vocab({INDEX}, row)")
        db.execute(f"DROP TABLE IF EXISTS {EARLIER_INDEX}")


def has_index(db: sqlite3.Connection) -> bool:
    """True if there is an index that this SQLite can read."""
    try:
        db.execute(f"SELECT rowid FROM {INDEX} LIMIT 1")
        db.execute(f"SELECT term FROM {TERMS} LIMIT 1")
    except sqlite3.OperationalError:
        return False
    return True


def words_of(search: str) -> list[str]:
    """The words of a search, without case; a run is found that has all of them, in any order."""
    return list(dict.fromkeys(search.casefold().split()))[:MOST_WORDS]


def pattern_of(word: str) -> str | None:
    """A pattern for `LIKE` that fits at least every text with a word; None if the index knows nothing so short.

    SQLite looks into the index for every three bytes, and finds nothing for two letters of three bytes each.
    """
    longest = max(WILDCARDS.split(word), key=len)
    return f"%{longest}%" if len(longest) >= 3 else None


TERMS_LIKE = f"""
SELECT term FROM {TERMS} WHERE term >= :start AND term < :start || char(0x10ffff) LIMIT {MOST_TERMS + 1}
"""
"""The terms of the index that begin with some letters."""


def any_of(terms: Sequence[str]) -> str:
    """A full-text query for texts that have at least one of some terms."""
    return " OR ".join('"{}"'.format(term.replace('"', '""')) for term in terms)
