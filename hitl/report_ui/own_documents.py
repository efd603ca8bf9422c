"""The visitor's own documents: what the page knows of each file that was added, and of what was read in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from hitl.research import Document, Shelf
from hitl.research.evidence import FileEncoding
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.process import read_later
from hitl.research.reading.refusals import UndecodableFile, UnreadableFile
from hitl.text import count, cut

SHORT_FINGERPRINT = 8
"""Characters of a fingerprint that tell two documents apart which nothing else does."""
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
BEFORE, SAMPLE = 30, 90
"""Characters of a sample before the first one that depends on the encoding, and in all."""


@dataclass(frozen=True)
class OwnDocument:
    """What the page says of a document; the document itself, which may be large, stays on the shelf."""

    fingerprint: str
    title: str
    names: tuple[str, ...]
    """Of the files with its text, the one that its findings name first."""
    date: str | None
    characters: int
    unread_words: int
    warning: str
    encoding: FileEncoding | None = None
    """In which this file was read."""
    sample: str = ""
    """Words of it that would be others in another encoding; empty if its encoding is certain."""

    @classmethod
    def of(cls, document: Document) -> OwnDocument:
        return cls(
            fingerprint=document.fingerprint,
            title=document.title,
            names=(document.location, *document.other_names),
            date=document.date,
            characters=len(document.text),
            unread_words=document.unread_words,
            warning=document.warning,
        )


class KeptBytes:
    """The bytes of a file, kept as long as another encoding can be chosen for it."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data = data

    def let_go(self) -> None:
        self.data = None

    def let_go_if_certain(self, document: Future[OwnDocument]) -> None:
        """Let them go unless the file that was read may be in another encoding."""
        if document.cancelled() or not _is_uncertain(document):
            self.let_go()


@dataclass(eq=False)
class Upload:
    """A file that is being read, or has been read."""

    name: str
    size: int
    """In bytes."""
    document: Future[OwnDocument]
    kept: KeptBytes = field(default_factory=KeptBytes)
    encoding: str = ""
    """The one that the visitor chose; empty if none was chosen."""
    guessed: tuple[str, ...] = ()
    """The encoding that was guessed and its alternatives, once another was chosen."""
    is_offered: bool = False
    """Whether its document has been put into the list as a chosen one."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Stays the same when the file is read again."""

    @classmethod
    def begin(cls, name: str, data: bytes, shelf: Shelf, limits: ReadLimits) -> Upload:
        """Begin to read a file and to put it on the shelf."""
        kept = KeptBytes(data)
        document = read_later(name, data, limits, partial(_put_on_shelf, shelf))
        document.add_done_callback(kept.let_go_if_certain)
        return cls(name, len(data), document, kept)

    @classmethod
    def refused(cls, name: str, size: int, error: UnreadableFile) -> Upload:
        """A file that is not even read."""
        document: Future[OwnDocument] = Future()
        document.set_exception(error.with_traceback(None))
        return cls(name, size, document)

    @classmethod
    def known(cls, document: OwnDocument) -> Upload:
        """A file that was read in another session, whose bytes are not there any more."""
        done: Future[OwnDocument] = Future()
        done.set_result(document)
        return cls(document.names[0], 0, done, is_offered=True)

    @property
    def problem(self) -> str | None:
        """Why it could not be read; None if it could, or is being read still."""
        error = self.document.exception() if self.document.done() else None
        if error is None:
            return None
        if isinstance(error, UnreadableFile):
            return str(error)
        return f"“{self.name}” could not be put on the shelf: {error}"

    @property
    def result(self) -> OwnDocument | None:
        """What was read; None if it is being read still, or could not be."""
        return self.document.result() if self.document.done() and not self.document.exception() else None

    @property
    def is_uncertain(self) -> bool:
        """Whether it has been read, and its encoding was chosen or might be another."""
        return self.document.done() and (bool(self.encoding) or _is_uncertain(self.document))

    @property
    def has_choice(self) -> bool:
        """Whether another encoding can be chosen for it."""
        return self.kept.data is not None and self.is_uncertain

    @property
    def suggested(self) -> tuple[str, ...]:
        """The encodings that fit best, the likeliest first; empty if none does."""
        if self.encoding or not self.result or not self.result.encoding:
            return self.guessed
        return (self.result.encoding.name, *self.result.encoding.alternatives)

    @property
    def used(self) -> str | None:
        """The encoding in which it was read, or should have been; None if it is unknown."""
        return self.encoding or next(iter(self.suggested), None)

    def is_same(self, name: str, data: bytes) -> bool:
        """Whether it is this file, as far as its bytes are kept."""
        return self.name == name and self.kept.data == data

    def read_again(self, encoding: str, shelf: Shelf, limits: ReadLimits) -> None:
        """Read its bytes in another encoding, if they are kept."""
        if self.kept.data is None:
            return
        self.guessed = self.suggested
        self.encoding = encoding
        self.is_offered = False
        self.document = read_later(self.name, self.kept.data, limits, partial(_put_on_shelf, shelf), encoding)


def _is_uncertain(document: Future[OwnDocument]) -> bool:
    """Whether a file that was read may be in another encoding than the one that was guessed."""
    if error := document.exception():
        return isinstance(error, UndecodableFile)
    encoding = document.result().encoding
    return bool(encoding and encoding.alternatives)


def _put_on_shelf(shelf: Shelf, document: Document) -> OwnDocument:
    """Put a document on the shelf, and return what is known of its text, and the encoding of this very file."""
    stored = OwnDocument.of(shelf.add(document))
    is_uncertain = document.encoding is not None and bool(document.encoding.remark)
    return replace(
        stored,
        warning=stored.warning or document.warning,
        encoding=document.encoding,
        sample=_sample_of(document.text) if is_uncertain else "",
    )


def _sample_of(text: str) -> str:
    """Words of a text around its first letter that is not of ASCII."""
    first = NOT_ASCII.search(text)
    if not first:
        return ""
    line = text.rfind("\n", 0, first.start()) + 1
    start = max(line, first.start() - BEFORE)
    if start > line:
        start = text.find(" ", start, first.start()) + 1 or start
    sample = cut(text[start : start + 2 * SAMPLE].partition("\n\n")[0], SAMPLE)
    return f"… {sample}" if start > line else sample


def labels_of(documents: Collection[OwnDocument]) -> dict[str, str]:
    """What documents are called in a list, by fingerprint; those of one title and name also by what differs."""
    labels = {document.fingerprint: _label(document) for document in documents}
    common = Counter((document.title, name) for document in documents for name in document.names)
    alike: dict[str, list[OwnDocument]] = {}
    for document in documents:
        if any(common[document.title, name] > 1 for name in document.names):
            alike.setdefault(document.title, []).append(document)
    for group in alike.values():
        difference = _difference(group)
        labels |= {each.fingerprint: f"{labels[each.fingerprint]}, {difference(each)}" for each in group}
    return labels


def _label(document: OwnDocument) -> str:
    about = list(document.names)
    if document.unread_words:
        about.append(f"{count(document.unread_words, 'word')} not read")
    elif document.warning:
        about.append("with a warning")
    return f"{document.title} ({', '.join(about)})"


def _difference(documents: Sequence[OwnDocument]) -> Callable[[OwnDocument], str]:
    """What to say of each of several documents so that they differ: their date, their length, or their fingerprint."""
    differences: tuple[Callable[[OwnDocument], str], ...] = (
        lambda document: f"of {document.date}" if document.date else "undated",
        lambda document: count(document.characters, "character"),
        lambda document: document.fingerprint[:SHORT_FINGERPRINT],
        lambda document: document.fingerprint,
    )
    return next(
        difference for difference in differences if len({difference(each) for each in documents}) == len(documents)
    )
