"""The text of a file's bytes: by its byte order mark, as UTF-8, as the file says, or in the encoding that fits best."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from hitl.research.evidence import FileEncoding
from hitl.research.reading.encoding.language_fit import best_fit
from hitl.text import count, cut

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before that of UTF-16, with which it begins
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BYTE_ORDER_MARK = "\ufeff"
"""What any of them becomes in an encoding that does not look for it."""
DECLARED = re.compile(rb"<meta\b[^<>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
XML_DECLARED = re.compile(rb"\s{0,100}<\?xml\b[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})", re.IGNORECASE)
DECLARED_WITHIN = 4096
"""Bytes at the beginning of a page in which it says how it is encoded."""
MEANT = {
    "latin-1": "cp1252", "latin_1": "cp1252", "iso8859-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "cp950", "ksc5601": "cp949",
}  # fmt: skip
"""Encodings that stand for a larger one with the same letters, as the encoding standard of the web has it."""
DIGITS = re.compile(r"\d+")
ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([CD]|\([JI])")
"""What switches to Japanese letters in ISO-2022-JP."""

WESTERN = "en de fr es it pt nl da no sv fi is ca gl eu ga af id sw tl".split()
CENTRAL = "pl cs sk hu hr sl ro sq de en".split()
BALTIC = "lt lv et en".split()


@dataclass(frozen=True)
class Encoding:
    """An encoding that a file without a mark may be in."""

    name: str
    """As a person knows it."""
    languages: tuple[str, ...] = ()
    """Those that are written in it; all when empty."""
    prior: float = 0.0
    """Logarithm of how much rarer it is than the commonest."""


ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        "cp1252": Encoding("Windows-1252", tuple(WESTERN)),
        "cp1250": Encoding("Windows-1250", tuple(CENTRAL), -1),
        "cp1251": Encoding("Windows-1251", ("ru", "uk", "be", "bg", "sr", "mk"), -1),
        "cp1253": Encoding("Windows-1253", ("el",), -1),
        "cp1254": Encoding("Windows-1254", ("tr", "ku", "en"), -2),
        "cp1255": Encoding("Windows-1255", ("he",), -1),
        "cp1256": Encoding("Windows-1256", ("ar", "fa", "ur"), -1),
        "cp1257": Encoding("Windows-1257", tuple(BALTIC), -2),
        "cp1258": Encoding("Windows-1258", ("vi",), -2),
        "cp874": Encoding("Windows-874", ("th",), -1),
        "koi8_r": Encoding("KOI8-R", ("ru", "bg"), -2),
        "koi8_u": Encoding("KOI8-U", ("uk", "be", "ru"), -3),
        "iso8859_2": Encoding("ISO-8859-2", tuple(CENTRAL), -3),
        "iso8859_5": Encoding("ISO-8859-5", ("ru", "uk", "be", "bg", "sr", "mk"), -3),
        "iso8859_6": Encoding("ISO-8859-6", ("ar",), -3),
        "iso8859_7": Encoding("ISO-8859-7", ("el",), -3),
        "iso8859_8": Encoding("ISO-8859-8", ("he",), -3),
        "iso8859_13": Encoding("ISO-8859-13", tuple(BALTIC), -4),
        "iso8859_15": Encoding("ISO-8859-15", (*WESTERN, "et"), -3),
        "cp437": Encoding("DOS 437", ("en", "de", "es", "it", "fr", "sv"), -7),
        "cp850": Encoding("DOS 850", tuple(WESTERN), -6),
        "cp852": Encoding("DOS 852", tuple(CENTRAL), -6),
        "cp866": Encoding("DOS 866", ("ru", "uk", "be"), -4),
        "mac_roman": Encoding("Mac Roman", tuple(WESTERN), -6),
        "mac_cyrillic": Encoding("Mac Cyrillic", ("ru", "uk"), -5),
        "mac_latin2": Encoding("Mac Central European", tuple(CENTRAL), -7),
        "cp932": Encoding("Shift-JIS", ("ja",)),
        "euc_jp": Encoding("EUC-JP", ("ja",), -1),
        "gb18030": Encoding("GB18030", ("zh",)),
        "cp950": Encoding("Big5", ("zh-hant",)),
        "cp949": Encoding("EUC-KR", ("ko",)),
        "utf_16_le": Encoding("UTF-16 LE", (), -2),
        "utf_16_be": Encoding("UTF-16 BE", (), -3),
        "utf_32_le": Encoding("UTF-32 LE", (), -4),
        "utf_32_be": Encoding("UTF-32 BE", (), -4),
    }
)
"""By the names that Python has for them."""
OTHER_NAMES = {"utf_8": "UTF-8", "utf_8_sig": "UTF-8", "iso2022_jp": "ISO-2022-JP"}
"""Names, as a person knows them, of encodings that are never guessed by their letters."""
NO_TEXT = frozenset({"punycode", "unicode_escape", "raw_unicode_escape"})
"""Codecs of Python that give a text and are no encodings of files."""
SAMPLE = 6000
"""Bytes of a file that are looked at, of lines with others than those of ASCII."""
HEAD = 1500
"""Bytes of its beginning that are looked at for its language."""
WORST = -6.5
"""Likelihood of a byte on average, as a logarithm, below which an encoding does not fit at all."""
WORST_LETTER = -10.0
"""The same of a letter of two bytes or four."""
CLOSE = 5.0
"""Difference of the logarithms of two likelihoods up to which two encodings fit about as well."""
WIDE_BYTES = 8192
CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r\f"})
MOSTLY_UTF8 = 10
"""Letters of UTF-8 for each byte that is none, from which a file is taken for UTF-8 that is damaged."""
REPLACED = "\ufffd"
FEWEST_PER_DAMAGED = 200
"""Characters for each that cannot be decoded, from which a file is damaged, and not in another encoding."""


class Undecodable(Exception):
    """Bytes are no text in any encoding, or not in the one that was chosen; the message goes on after a file's name."""


@dataclass(frozen=True)
class DecodedText:
    """The text of a file, and how sure its encoding is."""

    text: str
    encoding: str
    """As Python names it."""
    alternatives: tuple[str, ...] = ()
    """Others that fit about as well, and give another text."""
    replaced: int = 0
    """Characters that could not be decoded, and stand as U+FFFD."""
    is_chosen: bool = False
    """Whether a person chose the encoding."""

    @property
    def file_encoding(self) -> FileEncoding:
        """The encoding under the name that a person knows, and how sure it is."""
        alternatives = tuple(name_of(encoding) for encoding in self.alternatives)
        return FileEncoding(name=name_of(self.encoding), alternatives=alternatives, is_chosen=self.is_chosen)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader has to know beside the encoding, in sentences."""
        if not self.replaced:
            return ()
        are = "is" if self.replaced == 1 else "are"
        return (f"{count(self.replaced, 'character')} {are} damaged in the file and shown as {REPLACED}.",)


def name_of(encoding: str) -> str:
    """The name of an encoding as a person knows it, by its name in Python."""
    encoding = encoding.replace("-", "_")
    if encoding in ENCODINGS:
        return ENCODINGS[encoding].name
    return OTHER_NAMES.get(encoding) or encoding.replace("_", "-").upper()


def encoding_named(name: str) -> str:
    """Python's name of an encoding that a person names: `Windows-1250`, `cp1250`, `latin-1`.

    Raises:
        Undecodable: If there is none of that name.
    """
    name = name.strip()
    known = next((encoding for encoding in ENCODINGS if ENCODINGS[encoding].name.casefold() == name.casefold()), None)
    if known:
        return known
    encoding = _codec(name)
    if encoding is None:
        raise Undecodable(
            f"cannot be read as “{cut(name, 40)}”: there is no such encoding. Name one such as UTF-8, Windows-1252 or "
            "Shift-JIS."
        )
    return encoding


def _codec(name: str) -> str | None:
    """Python's name of an encoding, or of the larger one that it stands for; None if there is none of that name."""
    try:
        encoding = codecs.lookup(name).name
        b" ".decode(encoding, "replace")  # fails in codecs that are none of texts, such as base64
    except (LookupError, ValueError):
        return None
    return None if encoding.replace("-", "_") in NO_TEXT else MEANT.get(encoding, encoding)


def encoding_names() -> list[str]:
    """The names of the encodings that a person can choose, in the order of the alphabet and of their numbers."""
    names = {*(encoding.name for encoding in ENCODINGS.values()), *OTHER_NAMES.values()}
    return sorted(names, key=lambda name: DIGITS.sub(lambda digits: digits[0].zfill(5), name.casefold()))


def decode(data: bytes, encoding: str = "", is_page: bool = False) -> DecodedText:
    """The text of a file.

    Args:
        data: Its bytes.
        encoding: The one that a person chose; see `encoding_named`. It is guessed if this is empty.
        is_page: Whether it is HTML, which may say itself how it is encoded.

    Raises:
        Undecodable: If no encoding fits, or the chosen one does not, or there is none of that name.
    """
    if encoding:
        return _as_chosen(data, encoding_named(encoding))
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    if marked:
        return _decoded(data, marked)
    if wide := wide_encoding(data):
        return _decoded(data, wide)
    if ESCAPES.search(data) and data.isascii():
        return _decoded(data, "iso2022_jp")
    try:
        return DecodedText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    declared = declared_encoding(data) if is_page else None
    if declared and _fits(data, declared):
        return _decoded(data, declared)
    if _is_damaged_utf8(data):
        return _decoded(data, "utf-8")
    return _guessed(data)


def holds_text(data: bytes) -> bool:
    """Whether bytes are those of a text: NUL stands in none, but in UTF-16 and UTF-32 between all letters."""
    return (
        b"\x00" not in data[:WIDE_BYTES] or data.startswith(tuple(BYTE_ORDER_MARKS)) or wide_encoding(data) is not None
    )


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page says it is in, as Python names it; None if it says none that Python knows."""
    head = data[:DECLARED_WITHIN]
    found = XML_DECLARED.match(head) or DECLARED.search(head)
    if not found:
        return None
    name = _codec(found[1].decode("ascii", "replace"))
    # a page that could be read so far is in none of the wide ones, whatever it says
    return None if name is None or name.startswith(("utf-16", "utf-32", "utf-7")) else name


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, if many letters begin or end with a control character, such as NUL.

    Chinese, Japanese and Korean have none in UTF-16, but is hardly ever valid UTF-8.
    """
    head = data[:WIDE_BYTES]
    even, odd = _controls(head[::2]), _controls(head[1::2])
    if len(head) < 8 or (even + odd) * 20 < len(head):
        return None
    if min(even, odd) * 4 > max(even, odd) and head.count(0) * 5 <= len(head) * 2:
        return None
    fits = {name: _fit_of(head, name) for name in ("utf_32_le", "utf_32_be", "utf_16_le", "utf_16_be")}
    name = max(fits, key=lambda name: fits[name])
    return name if fits[name] > WORST_LETTER else None


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, CONTROLS))


def _fit_of(head: bytes, encoding: str) -> float:
    """The likelihood of a letter on average, as a logarithm; the lowest if some bytes are none."""
    text = head[: len(head) // 4 * 4].decode(encoding, "replace")[: SAMPLE // 2]
    if REPLACED in text.removesuffix(REPLACED):
        return float("-inf")
    return best_fit(text).likelihood / len(text)


def _decoded(data: bytes, encoding: str, alternatives: tuple[str, ...] = ()) -> DecodedText:
    try:
        return DecodedText(data.decode(encoding), encoding, alternatives)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return DecodedText(text, encoding, alternatives, text.count(REPLACED))


def _as_chosen(data: bytes, encoding: str) -> DecodedText:
    decoded = _decoded(data, encoding)
    wrong = decoded.replaced + decoded.text.count("\0")
    if wrong * FEWEST_PER_DAMAGED > len(decoded.text):
        characters = count(len(decoded.text), "character")
        raise Undecodable(
            f"cannot be read as {name_of(encoding)}: {wrong:,} of its {characters} would be invalid. Choose another "
            "encoding."
        )
    return replace(decoded, text=decoded.text.removeprefix(BYTE_ORDER_MARK), is_chosen=True)


def _fits(data: bytes, encoding: str) -> bool:
    text = data.decode(encoding, "replace")
    return text.count(REPLACED) * FEWEST_PER_DAMAGED <= len(text)


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    letters = sum(character > "\x7f" for character in text)
    damaged = text.count(REPLACED)
    return letters - damaged >= MOSTLY_UTF8 * damaged


@dataclass(frozen=True)
class _Guess:
    encoding: str
    likelihood: float
    text: str
    """Of the sample."""


def _guessed(data: bytes) -> DecodedText:
    """Read in the encoding in which a sample is likeliest.

    Raises:
        Undecodable: If it is likely in none.
    """
    sample = _sample(data)
    guesses = sorted(_guesses(sample, len(data)), key=lambda guess: -guess.likelihood)
    best = guesses[0]
    if best.likelihood < WORST * len(sample):
        raise Undecodable("is in an unknown encoding. Save it as UTF-8, then add it again.")
    others = [guess for guess in guesses[1:] if guess.likelihood > best.likelihood - CLOSE and guess.text != best.text]
    return _decoded(data, best.encoding, tuple(guess.encoding for guess in others[:2]))


def _guesses(sample: bytes, size: int) -> Iterator[_Guess]:
    known: dict[str, float] = {}
    for name, encoding in ENCODINGS.items():
        if name.startswith("utf_32") or (name.startswith("utf_16") and size % 2):
            continue  # UTF-32 is full of NULs, and has been found by them
        text = codecs.getincrementaldecoder(name)("replace").decode(sample)
        key = f"{encoding.languages}{text}"
        if key not in known:
            known[key] = best_fit(text, encoding.languages).likelihood
        yield _Guess(name, known[key] + encoding.prior, text)


def _sample(data: bytes) -> bytes:
    """The beginning of a file, and its lines with bytes that are not ASCII; whole lines, so that letters stay whole."""
    if len(data) <= SAMPLE:
        return data
    head = data[:HEAD]
    if not head.isascii():
        return data[:SAMPLE]
    parts = [head]
    left = SAMPLE
    for line in data[HEAD:].split(b"\n"):
        if left > 0 and not line.isascii():
            parts.append(line[:left])
            left -= len(line)
    return b"\n".join(parts)
