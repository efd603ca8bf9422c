"""What a text says, as far as words alone can tell: its terms, and those that turn its meaning round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import Prefix

from hitl.report.numbers import Number, numbers_in, without_numbers
from hitl.research.words import STOP_WORDS, UNSPACED, WORD, terms_of, words_of

NOT_ONLY = re.compile(r"\b(?:not (?:only|just|merely)|nicht nur|non seulement|no sólo)\b|不仅|不只", re.IGNORECASE)
"""Denies nothing."""
NEGATION = re.compile(
    r"\b(?:no(?!\.\s?\d)|not|nor|never|none|neither|without|cannot|hardly|barely|scarcely|rarely|seldom|nobody|nothing|"
    r"nowhere|lack|lacks|lacked|lacking|fail|fails|failed|unable|absent|absence|false|untrue|myth|"
    r"nicht|nichts|kein|keine|keinen|keinem|keiner|keines|nie|niemals|ohne|weder|ne|pas|jamais|sans|aucun|aucune|"
    r"nunca|jamás|sin|ningún|ninguna|tampoco|non(?!-)|mai|senza)\b|n['’]t\b|\bn['’](?!t\b)|[不没沒無无未]|ない|ません|않|없",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|[Mm]ight|[Cc]an(?:not|['’]t)?|[Cc]ould|[Pp]erhaps|[Pp]ossibly|[Pp]robably|likely|suspected|"
    r"könnten?|möglicherweise|vielleicht|vermutlich|pourrait|pourraient|peut-être|podría|podrían|quizás?)\b|可能|或许|也许"
)
"""A source that says so says less than a sentence without such a word. (May is also a month.)"""
CLAUSE = re.compile(
    r"[;—()，；：、]|[,:.](?!\d)|\b(?:and|but|while|whereas|although|though|because|which|"
    r"und|aber|sondern|während|obwohl|et|mais|y|pero)\b",
    re.IGNORECASE,
)
OPPOSITES = {
    "rise": (
        "rise rises rose risen rising increase increases increased increasing grow grows grew grown growing growth "
        "climb climbs climbed climbing gain gains gained raise raises raised raising steigen steigt stieg stiegen "
        "gestiegen wächst wuchs gewachsen 升 增 涨",
        "fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining "
        "drop drops dropped dropping shrink shrinks shrank shrunk shrinking lowers lowered reduce reduces reduced "
        "reducing reduction sinken sinkt sank sanken gesunken fällt fiel fielen gefallen 降 减 跌",
    ),
    "high": ("high higher highest höher", "low lower lowest niedriger"),
    "strengthen": (
        "strengthen strengthens strengthened stronger strongest strong improve improves improved better best",
        "weaken weakens weakened weaker weakest weak worsen worsens worsened worse worst",
    ),
    "cause": ("cause causes caused causing", "prevent prevents prevented preventing prevention"),
    "more": (
        "more most greater greatest larger largest bigger biggest mehr plus más 多",
        "less least fewer fewest smaller smallest weniger moins menos 少",
    ),
    "up": ("up upward upwards above", "down downward downwards below"),
    "before": ("before earlier earliest avant antes bevor", "after later latest après después nachdem"),
    "fast": ("fast faster fastest quick quicker quickly", "slow slower slowest slowly"),
    "warm": ("warm warmer warmest hot hotter hottest", "cool cooler coolest cold colder coldest"),
    "warming": ("warms warmed warming", "cools cooled cooling"),
    "all": ("all every always", "some sometimes occasionally few"),
    "north": ("north northern", "south southern"),
    "east": ("east eastern", "west western"),
    "longer": ("longer longest", "shorter shortest"),
    "begin": ("begin begins began begun start starts started", "ended stop stops stopped"),
}
"""By name: the words of either side. Those of one side count as one word."""
SIDES = {
    word: sign + name
    for name, sides in OPPOSITES.items()
    for sign, words in zip("+-", sides, strict=True)
    for word in words.split()
}
OTHER_SIDE = {"+": "-", "-": "+"}
PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")
FILLERS = frozenset(
    "however moreover furthermore additionally addition overall meanwhile likewise similarly according".split()
)
"""Words that join sentences and claim nothing."""
PARTICLES = re.compile(r"[的了]|\b(?:e\.g|i\.e|etc|et al)\.")
COUNTS = frozenset(
    "二 两 三 四 五 六 七 八 九 十 百 半 zwei drei vier fünf sechs sieben acht neun zehn elf zwölf "
    "deux trois quatre cinq sept huit neuf dix dos tres cuatro cinco seis siete ocho nueve diez".split()
)
"""Numbers in words of other languages: only the same word is taken for the same number."""
UNSPACED_RUN = re.compile(rf"[{UNSPACED}]+")
INNER_WORD = re.compile(r"(?:(?<=[^\W_] )|(?<=[,;] )|(?<=-))[^\W\d_]{2,}")
"""A word in the middle of a sentence: a name, if it is written with a capital."""
NAME_WITH_DIGIT = re.compile(rf"(?<![^\W_{UNSPACED}])[^\W_{UNSPACED}]*[^\W\d_{UNSPACED}]\d[^\W_{UNSPACED}]*")
"""W3C, CO2."""
RELATED = 0.8
"""Share of the longer of two stems with which both begin, from which they count as one: economy, economic."""


@dataclass(frozen=True)
class Gist:
    """What a text says."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words_of(self.text))

    @cached_property
    def sides(self) -> frozenset[str]:
        """`+rise` for a text with “grew”, `-rise` for one with “fell”."""
        return frozenset(SIDES[word] for word in self.words if word in SIDES)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of what it is about, without numbers; of scripts without spaces, pairs of characters."""
        text = PARTICLES.sub("", without_numbers(self.text))
        runs = UNSPACED_RUN.findall(text)
        pairs = {one + other for run in runs for one, other in pairwise(run)} | {run for run in runs if len(run) == 1}
        words = [word for word in words_of(UNSPACED_RUN.sub(" ", text)) if word not in FILLERS]
        sides = {SIDES[word] for word in words if word in SIDES and word not in STOP_WORDS}
        return frozenset(terms_of(" ".join(word for word in words if word not in SIDES))) | pairs | sides

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the words that name something: with a capital inside a sentence, or with a digit after a letter."""
        inner = [word for word in INNER_WORD.findall(without_numbers(self.text)) if word[0].isupper()]
        names = [word for word in inner if word.lower() not in SIDES] + NAME_WITH_DIGIT.findall(self.text)
        return frozenset(terms_of(" ".join(names)))

    @cached_property
    def clauses(self) -> tuple[Gist, ...]:
        return tuple(Gist(clause) for clause in _clauses(NOT_ONLY.sub(" ", self.text)))

    @cached_property
    def numbers(self) -> list[Number]:
        return numbers_in(self.text)

    @property
    def denies(self) -> bool:
        return NEGATION.search(self.text) is not None

    @property
    def hedges(self) -> bool:
        return HEDGE.search(self.text) is not None

    def share_in(self, terms: frozenset[str]) -> float:
        """How much of it stands in those terms, from 0 to 1; 0 when it has none itself."""
        return sum(holds(terms, term) for term in self.terms) / len(self.terms) if self.terms else 0.0

    def disagrees(self, source: Gist) -> bool:
        """Whether a word tells that it says something else than its source, however alike the rest is."""
        concerned = [clause for clause in source.clauses if _concerns(clause.terms, self.terms)]
        return (
            any(clause.denies and not any(n.denies for n in _nearest(clause, source)) for clause in self.clauses)
            or any(clause.denies and not any(n.denies for n in _nearest(clause, self)) for clause in concerned)
            or any(clause.hedges and not any(n.hedges for n in _nearest(clause, self)) for clause in concerned)
            or _reverses(self, source)
            or _has_opposite_word(self.words, source.words)
            or not (self.words & COUNTS) <= source.words
            or any(_moves_number(clause, source) for clause in self.clauses)
        )


def holds(terms: frozenset[str], term: str) -> bool:
    """Whether a term, or another form of it that stemming has missed, is among these."""
    return term in terms or any(_related(term, other) for other in terms if other[:4] == term[:4])


def _related(one: str, other: str) -> bool:
    common = Prefix.similarity(one, other)
    return common >= 4 and common >= RELATED * max(len(one), len(other))


def _clauses(text: str) -> Iterator[str]:
    """The parts of sentences. Two opposite words stay together: `tides rise and fall`."""
    begin = 0
    for match in CLAUSE.finditer(text):
        if match[0].isalpha():
            before, after = words_of(text[begin : match.start()]), WORD.match(text.lower(), match.end() + 1)
            if before and after and before[-1] in SIDES and after[0] in SIDES:
                continue
        yield text[begin : match.start()]
        begin = match.end()
    yield text[begin:]


def _concerns(clause: frozenset[str], claim: frozenset[str]) -> bool:
    """Whether a clause is about the claim: a very short one (`in no study`) is about what stands around it."""
    return len(clause) < 2 or 2 * len(clause & claim) >= len(clause)


def _nearest(clause: Gist, text: Gist) -> list[Gist]:
    """The clauses of a text that share the most terms with a clause."""
    most = max(len(clause.terms & other.terms) for other in text.clauses)
    return [other for other in text.clauses if len(clause.terms & other.terms) == most]


def _reverses(claim: Gist, source: Gist) -> bool:
    """Whether the claim has a word like “rose” where the source has only its opposite."""
    for clause in claim.clauses:
        topic = clause.terms - clause.sides
        nearest = max(source.clauses, key=lambda other: len(topic & other.terms))
        is_near = topic and 2 * len(topic & nearest.terms) >= len(topic)
        for side in clause.sides:
            opposite = OTHER_SIDE[side[0]] + side[1:]
            told = nearest.sides if is_near and nearest.sides & {side, opposite} else source.sides
            if opposite in told and side not in told:
                return True
    return False


def _moves_number(clause: Gist, source: Gist) -> bool:
    """Whether a number stands beside words that have another one in the source, and those of its own are not there.

    “Fleming discovered penicillin in 1945” is such a case where the source has 1928 for that, and 1945 for a lecture.
    """
    if not clause.numbers or len(clause.terms) < 2:
        return False
    beside = [number for nearest in _nearest(clause, source) for number in nearest.numbers]
    if not beside or any(number.matches(other) for number in clause.numbers for other in beside):
        return False
    homes = [
        other.terms
        for other in source.clauses
        if any(number.matches(there) for number in clause.numbers for there in other.numbers)
    ]
    return not any(2 * len(home & clause.terms) >= min(len(home), len(clause.terms)) for home in homes)


def _has_opposite_word(claim: frozenset[str], source: frozenset[str]) -> bool:
    """Whether one says “safe” and the other “unsafe”, “harmful” and “harmless”."""
    return any(_opposite_forms(word) & source for word in claim - source if len(word) >= 4) or any(
        _opposite_forms(word) & claim for word in source - claim if len(word) >= 4
    )


def _opposite_forms(word: str) -> set[str]:
    forms = {prefix + word for prefix in PREFIXES}
    for ending, other in (("less", "ful"), ("ful", "less")):
        if word.endswith(ending):
            forms.add(word.removesuffix(ending) + other)
    return forms
