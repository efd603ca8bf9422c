"""What the benchmark of the evidence reads: documents, questions, and where their answers stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from hitl.research.bundled import bundled_documents
from hitl.research.evidence import Document, fingerprint_of
from tests.benchmarks.headings import headings_in

LIBRARY_QUESTIONS = Path(__file__).with_name("library_questions.jsonl")


class BrokenFile(Exception):
    """A file is missing or cannot be used; the message says which one, where and why."""


class DocumentLine(BaseModel):
    """A line of `documents.jsonl`."""

    id: str
    title: str = ""
    text: str


class RelevantSpan(BaseModel):
    """Where an answer stands."""

    document: str
    """Its id."""
    start: Annotated[int, Field(ge=0)]
    """Offset of the first character in the raw text."""
    end: Annotated[int, Field(ge=0)]
    """Offset after the last character."""


class QuestionLine(BaseModel):
    """A line of `questions.jsonl`."""

    question: str
    relevant: list[RelevantSpan]
    within: list[str] | None = None
    """Ids of the documents to search; all when left out."""


class GoldQuote(BaseModel):
    """An answer in a document of the bundled library."""

    document: str
    """File name."""
    quote: str


class LibraryQuestion(BaseModel):
    """A line of `library_questions.jsonl`."""

    question: str
    relevant: list[GoldQuote]


@dataclass(frozen=True)
class Collection:
    """What is searched, and what for."""

    documents: dict[str, Document]
    """By id."""
    questions: list[QuestionLine]

    def searched_for(self, question: QuestionLine) -> list[Document]:
        """The documents in which a question is to be answered."""
        return (
            list(self.documents.values()) if question.within is None else [self.documents[i] for i in question.within]
        )


def read_folder(folder: Path) -> Collection:
    """The documents and questions of a folder.

    Raises:
        BrokenFile: If a file is missing, a line is not what it should be, or a question names what is not there.
    """
    documents: dict[str, Document] = {}
    for place, line in _lines(folder / "documents.jsonl", DocumentLine):
        if line.id in documents:
            raise BrokenFile(f"{place}: the id “{line.id}” stands there for the second time.")
        documents[line.id] = document_of(line)
    questions = []
    for place, question in _lines(folder / "questions.jsonl", QuestionLine):
        _check(place, question, documents)
        questions.append(question)
    if not questions:
        raise BrokenFile(f"{folder / 'questions.jsonl'} holds no question.")
    if not any(question.relevant for question in questions):
        raise BrokenFile(f"No question says what is relevant: {folder / 'questions.jsonl'}.")
    return Collection(documents, questions)


def read_library(path: Path = LIBRARY_QUESTIONS) -> Collection:
    """The bundled library and its own questions.

    Raises:
        BrokenFile: If a gold quote does not stand exactly once in its document.
    """
    documents = {document.location: document for document in bundled_documents()}
    questions = [
        QuestionLine(
            question=line.question,
            relevant=[_span(place, gold, documents.get(gold.document)) for gold in line.relevant],
        )
        for place, line in _lines(path, LibraryQuestion)
    ]
    return Collection(documents, questions)


def document_of(line: DocumentLine) -> Document:
    """A document whose text is the raw one, so that offsets mean the same in both."""
    return Document(
        fingerprint=fingerprint_of(line.text),
        title=line.title,
        location=line.id,
        text=line.text,
        blocks=headings_in(line.text),
    )


def _span(place: str, gold: GoldQuote, document: Document | None) -> RelevantSpan:
    if document is None:
        raise BrokenFile(f"{place}: the library has no file “{gold.document}”.")
    if document.text.count(gold.quote) != 1:
        raise BrokenFile(f"{place}: this does not stand exactly once in “{gold.document}”: {gold.quote}")
    start = document.text.index(gold.quote)
    return RelevantSpan(document=gold.document, start=start, end=start + len(gold.quote))


def _check(place: str, question: QuestionLine, documents: dict[str, Document]) -> None:
    """Refuse a question that names a document, or a place in one, that is not there."""
    for identifier in [*(span.document for span in question.relevant), *(question.within or ())]:
        if identifier not in documents:
            raise BrokenFile(f"{place}: documents.jsonl has no document “{identifier}”.")
    for span in question.relevant:
        length = len(documents[span.document].text)
        if not span.start < span.end <= length:
            raise BrokenFile(
                f"{place}: {span.start} to {span.end} is no span of the document “{span.document}”, "
                f"which has {length} characters."
            )


Line = TypeVar("Line", bound=BaseModel)


def _lines(path: Path, kind: type[Line]) -> Iterator[tuple[str, Line]]:
    """The lines of a file that are not blank, and in words where each stands."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            yield place, kind.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise BrokenFile(f"{place} is not JSON: {error}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise BrokenFile(f"{place}: {where}: {first['msg']}.") from error
