"""Tells lists of sources and the references in them: they name evidence, and are none themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from hitl.research.enclosures import Span
from hitl.research.search.captions import LAST_CHARACTERS, STOPS
from hitl.research.search.tokens import stop_words, words_of

LONGEST_REFERENCE = 700
"""Characters; a longer paragraph is no reference."""
LONGEST_LABEL = 60
"""Characters of a line that can begin a list of sources."""
DENSITY = 0.35
"""Signs and figures for each word, at least: about twice as many as in a sentence."""
DENSITY_OF_NOTE = 1.5
"""The same of a footnote that refers to a source in another form: `Vgl. Müller 2013, S. 12.`"""
ENOUGH = 3
"""Marks of a reference besides its year, at least, if it does not begin as references do."""
EARLY = 40
"""Characters in which a year in brackets belongs to the name of an author."""

LABELS = {
    "en": r"sources?|(?:list of )?references(?: cited)?|reference list|notes and references|"
    r"(?:selected )?bibliography|works cited|literature(?: cited)?|further reading",
    "de": r"literatur(?:verzeichnis|angaben|hinweise|nachweise?)?|quellen(?:verzeichnis|angaben|nachweise?)?|"
    r"einzelnachweise|weiterführende literatur|literatur und quellen|quellen und literatur",
    "fr": r"références(?: bibliographiques)?|notes et références|bibliographie|pour en savoir plus",
    "es": r"referencias(?: bibliográficas)?|bibliografía|fuentes",
    "pt": r"referências(?: bibliográficas)?|bibliografia|fontes",
    "it": r"riferimenti(?: bibliografici)?|bibliografia|fonti",
    "ca": r"referències|bibliografia|fonts",
    "nl": r"literatuur(?:lijst)?|bronnen|bronvermelding|referenties",
    "ro": r"bibliografie|referințe|surse",
    "pl": r"literatura|bibliografia|przypisy|źródła",
    "cs": r"zdroje|použitá literatura|literatura|literatúra|reference",
    "hr": r"viri|izvori|literatura|reference",
    "ru": r"источники|литература|список литературы|примечания|джерела|література|список літератури|примітки|източници|"
    r"използвана литература",
    "sv": r"källor|källförteckning|referenser|litteratur(?:förteckning|liste)?|kilder|kildeliste|referanser|referencer",
    "fi": r"lähteet|lähdeluettelo|viitteet|kirjallisuutta|kirjallisuusluettelo",
    "et": r"allikad|viited|kasutatud kirjandus",
    "tr": r"kaynakça|kaynaklar",
    "el": r"βιβλιογραφία|πηγές|παραπομπές",
    "hu": r"források|irodalom(?:jegyzék)?",
    "zh": r"参考文献|参考资料|資料來源|资料来源|參考文獻|引用文献|出典|参照文献",
    "ko": r"출처|참고\s?문헌|참고\s?자료",
    "ar": r"المراجع|المصادر|مراجع|منابع|حوالہ جات",
    "he": r"מקורות|ביבליוגרפיה",
    "hi": r"संदर्भ|सन्दर्भ|स्रोत",
    "th": r"อ้างอิง|เอกสารอ้างอิง|บรรณานุกรม",
}
"""What begins a list of sources in each language; languages that are easily taken for each other share theirs."""
SAME_LABELS = {
    "sk": "cs", "sl": "hr", "sr": "hr", "bs": "hr", "uk": "ru", "bg": "ru", "mk": "ru", "be": "ru", "da": "sv",
    "no": "sv", "nn": "sv", "nb": "sv", "gl": "pt", "ja": "zh", "fa": "ar", "ur": "ar", "mr": "hi", "ne": "hi",
}  # fmt: skip
FEWEST_SMALL_WORDS = 0.25
"""Share of stop words in prose, at least: about half of that of most texts, and more than titles have."""

MARK = r"\s*(?:\[[\w+.: -]{1,20}\]|\(?\d{1,3}[.)]|\d{1,3}(?=\s)|[⁰¹²³⁴-⁹]{1,3}|[*†‡])?\s*"
"""What a reference is called by: `[12]`, `[Smi13]`, `3.`"""
INITIALS = r"(?:[^\W\d_a-z]\.[ -]?){1,4}"
SURNAME = (
    r"(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]en|[Ll]a|[Dd]i|[Dd]a|[Dd]os|[Dd]el|[Ll]e)[ ]){0,2}[^\W\d_a-z][\w'’‐-]{1,30}"
)
NAME = re.compile(
    rf"{MARK}(?:{SURNAME}(?:[ ]{SURNAME})?,?[ ]{INITIALS}"  # Smith, J. · Иванов И. И.
    rf"|{INITIALS}{SURNAME}(?=[,:.( ]|\s(?:and|und|et|y|e|&)\s)"  # J. Smith
    rf"|{SURNAME}[ ][A-Z]{{1,3}}(?=[,.]))"  # Smith JA
)
"""The first author of a reference, at its beginning."""
FULL_NAME = re.compile(rf"{MARK}{SURNAME},[ ]{SURNAME}(?:[ ]{INITIALS}|[.,:])")
"""`Smith, John.`"""
NUMBERED = re.compile(r"\s*\[[\w+.: -]{1,20}\]\s*(?=[^\W\d_])")
YEAR = re.compile(r"(?<![\d-])(?:1[5-9]|20)\d\d[a-z]?(?!\d)|\bn\.d\.|\bo\.\s?J\.")
YEAR_IN_BRACKETS = re.compile(
    r"[(（](?:[^()（）]{0,20}[ ,])?(?:(?:1[5-9]|20)\d\d[a-z]?|n\.d\.|o\.\s?J\.)[^()（）]{0,12}[)）][.,:]?"
)
ADDRESS = re.compile(r"https?://\S+|\bdoi:\s?\S+|\bwww\.\S+")
ACCESSED = re.compile(
    r"\b(?i:accessed|retrieved|available (?:at|from|online)|abgerufen|zugriff|consulté|consultado|consultato|"
    r"acesso em|geraadpleegd|dostęp|дата обращения|hämtad|viitattu|erişim)\b"
)
"""What stands beside an address: when it was read."""
MOST_WORDS_ABOUT_ADDRESS = 12
MARKS = tuple(
    map(
        re.compile,
        (
            r"\b(?:ISBN|ISSN|arXiv|PMID|DOI)\b",
            r"(?<!\w)(?:pp?|S|с|С|стр|s|ss|str|págs?|páginas|σσ?|o|sid|lk)\.[ ]?\d",
            r"\d{1,4}[–-]\d{1,4}[ ]?(?:s|old|pp?)\.",
            r"\d{1,4}[ ]?\(\d{1,4}\)|\d{1,4}[:,][ ]?\d{1,5}[–-]\d{1,5}|;\d{1,4}[:(]|\d/\d{4}",
            r"\b(?:In|Dans|En|В кн|У кн)\s?:\s|//|\b[Ii]n\s[A-Z]\.\s",
            r"\b(?:[Ee]ds?\.|(?:Hrsg|Hg|éds?|coord|ред|a cura di)\b)",
            r"\bet al\b|\bu\.\s?a\.|№\s?\d|\b(?:[Vv]ol|[Bb]d|[Nn]o|[Nn]r|[Tt]|том|Т)\.?[ ]?\d",
            r"\b\d{1,2}(?:st|nd|rd|th)?\.?\s(?:ed|edn|edition|Aufl|Auflage|éd|изд)\b",
            r"\[(?:J|M|C|D|N|R|S|P|EB/OL|J/OL|Z)\]",
            ACCESSED.pattern,
            r"\b(?:Press|Publishers?|Verlag|Éditions?|Editorial|Editora|Editore|Wydawnictwo|Journal|Proceedings|"
            r"Zeitschrift|Revue|Revista|Rivista|Springer|Elsevier|Wiley|Routledge|Наука|Известия|Журнал|Thesis)\b",
            r"\b[^\W\d_a-z][^\W\d_]{1,30}[ ]?:[ ][^\W\d_a-z][^\W\d_]{1,30}(?:[ &][^\W\d_]{1,30}){0,4}(?:[,;.]|\Z)",
            r"[–—-][ ]?(?:М|СПб|К)\.[ ]?:|—[ ]\d{1,4}[ ]с\.",
        ),
    )
)
"""What references have and sentences hardly, besides an address: pages, volumes, publishers."""
LETTERS = re.compile(r"[^\W\d_]+")
SIGNS = re.compile(r"\d+|[^\w\s]")
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LETTERS_A_WORD = 3
"""Letters that count as a word in Chinese, Japanese and Korean."""


@cache
def sources_label(language: str) -> re.Pattern[str]:
    """What begins a list of sources: alone on its line, or at the start of a paragraph with a colon.

    Args:
        language: Code of the document's language (ISO 639-1); an English label can stand in any document.
    """
    own = LABELS.get(SAME_LABELS.get(language, language), LABELS["en"])
    return re.compile(rf"(?:\d{{1,2}}\.?\s)?(?:{LABELS['en']}|{own})\s*([:：])?", re.IGNORECASE)


def are_sources(text: str, spans: Sequence[Span], language: str) -> bool:
    """True if most of what stands under a label of sources is references, names, titles and addresses, and no prose.

    Args:
        text: The text.
        spans: Of the blocks under the label.
        language: Code of the document's language.
    """
    return 2 * sum(not _is_prose(text, span, language) for span in spans) >= len(spans)


def _is_prose(text: str, span: Span, language: str) -> bool:
    """True for what ends as sentences do, and has no more signs and no fewer small words than they."""
    said = text[span.start : min(span.end, span.start + LONGEST_REFERENCE)]
    if not STOPS.search(text, max(span.start, span.end - LAST_CHARACTERS), span.end) or is_reference(text, span):
        return False
    rest = ADDRESS.sub("", said)
    words = words_of(rest)
    small = stop_words(language)
    few = len(SIGNS.findall(rest)) < DENSITY * len(words)
    return few and (not small or sum(word in small for word in words) >= FEWEST_SMALL_WORDS * len(words))


def is_reference(text: str, span: Span, is_footnote: bool = False) -> bool:
    """Whether a paragraph, a list item or a footnote is nothing but a reference to a source.

    It begins with a name or a mark as references do (`Smith, J.`, `[12]`), has a year and something else that sentences
    hardly have, and more signs for each word than they.

    Args:
        text: The text.
        span: Of the whole paragraph.
        is_footnote: True of a footnote, which may refer to a source in other forms, as in law.
    """
    if span.end - span.start > LONGEST_REFERENCE:
        return False
    said = text[span.start : span.end]
    has_address = ADDRESS.search(said) is not None
    rest = ADDRESS.sub("", said)
    words = len(LETTERS.findall(rest)) + len(CJK.findall(rest)) // LETTERS_A_WORD
    if has_address and (not words or (words <= MOST_WORDS_ABOUT_ADDRESS and ACCESSED.search(rest))):
        return True
    if not YEAR.search(said) and not has_address:
        return False
    density = len(SIGNS.findall(rest)) / max(words, 1)
    if density < DENSITY:
        return False
    found = has_address + sum(mark.search(rest) is not None for mark in MARKS)
    year = YEAR_IN_BRACKETS.search(said)
    if NAME.match(said):
        return found > 0 or (year is not None and said[year.end() - 1] in ".:,")
    if NUMBERED.match(said) or (is_footnote and density >= DENSITY_OF_NOTE):
        return found > 0
    begins_with_author = FULL_NAME.match(said) or (year is not None and year.start() <= EARLY)
    return found >= (ENOUGH - 1 if begins_with_author else ENOUGH)
