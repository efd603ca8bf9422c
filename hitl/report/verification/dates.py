"""A date as people write it out: its day and its month are no numbers of their own."""

from __future__ import annotations

import re
from functools import lru_cache

WITH_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
MONTH = r"[^\W\d_]{3,12}\.?"
AFTER_DAY = r"(?:st|nd|rd|th|er|\.|º)?"
OF = r"(?:of|de|del|di)\s"


def without_date(text: str, date: str) -> str:
    """A text without a date that stands in it whole: `10 September 2019`, `September 10th, 2019`, `10.9.2019`.

    Args:
        text: A sentence.
        date: The date as its file states it: `2019-09-10`; nothing is taken out for one without a day.
    """
    with_day = WITH_DAY.match(date)
    return _written(*with_day.groups()).sub(" ", text) if with_day else text


@lru_cache(maxsize=256)
def _written(year: str, month: str, day: str) -> re.Pattern[str]:
    """What a date looks like, with the name of any month: those of all languages are too many to know."""
    year, months, days = f"(?:{year})", f"(?:0?{int(month)})", f"(?:0?{int(day)})"
    forms = [
        rf"{year}([-./]){months}\1{days}",
        rf"{days}([-./])\s?{months}\2\s?{year}",
        rf"{months}([-/]){days}\3{year}",
        rf"{days}{AFTER_DAY}\s(?:{OF})?{MONTH},?\s(?:{OF})?{year}",
        rf"{MONTH}\s{days}{AFTER_DAY},?\s{year}",
        rf"{year}\s?[年년]\s?{months}\s?[月월]\s?{days}\s?[日일]",
    ]
    return re.compile(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)", re.IGNORECASE)
