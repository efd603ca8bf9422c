"""Writing with a model: from what it has written to a report whose every citation is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hitl.llm import Call
from hitl.report.checking import TELLING_TERMS, Source, check_claim
from hitl.report.citations import NO_SOURCE, Check, cite, numbers_mark, reference_list, references_of, verdict_mark
from hitl.report.drafts import Block, Sentence, read_draft, whole_sentences
from hitl.report.events import Report
from hitl.report.extracting import title_of
from hitl.report.meaning import Gist
from hitl.research import Finding
from hitl.research.words import WORD
from hitl.text import escape_markdown

CLAIM = 4
"""Words from which a sentence without a citation is marked: “In summary:” claims nothing."""


def compose(
    topic: str,
    text: str,
    findings: Sequence[Finding],
    *,
    model: str,
    written_on: str,
    unfinished: str = "",
    calls: Sequence[Call] = (),
) -> Report:
    """Make a report from what a model has written: plain text, checked citations, and a list of references.

    Nothing in the text is trusted. Links, images and HTML become words, a number that no finding has is taken out,
    each citation is compared with its quote, and what is not word for word, or cites nothing, is marked.

    Args:
        topic: What the report is about; its title, unless the model gives one.
        text: Markdown of the model.
        findings: The approved findings that it was given; it cites them by their places, from 1.
        model: Its name.
        written_on: The day, `2026-11-25`.
        unfinished: Why the text is not whole, in a sentence; it then ends with its last whole sentence.
        calls: The calls of the model so far, research included.

    Raises:
        ValueError: If the text cites no finding: nothing may be published that no evidence supports.
    """
    draft = read_draft(whole_sentences(text) if unfinished else text)
    most = len(findings)
    said = [block.sentences(most) for block in draft.blocks]
    cited = [number for sentences in said for sentence in sentences for number in sentence.numbers]
    if not cited:
        raise ValueError(
            f"The model wrote {len(text.split()):,} words and cited none of the {most} findings, "
            "and nothing is published that no evidence supports."
        )
    references = references_of({findings[number - 1].id: findings[number - 1] for number in cited}.values())
    by_finding = {reference.finding.id: Source(reference) for reference in references}
    sources = {number: by_finding[findings[number - 1].id] for number in cited}
    written = [[_written(sentence, sources) for sentence in sentences] for sentences in said]
    in_order = [sentence for sentences in written for sentence in sentences]
    top = min((block.level for block in draft.blocks if block.level), default=0)
    parts = [_part(block, sentences, top) for block, sentences in zip(draft.blocks, written, strict=True)]
    title = draft.title or title_of(topic)
    note = f"*{_note(model, written_on, most, unfinished)}*"
    return Report(
        title=title,
        markdown="\n\n".join([f"# {escape_markdown(title)}", note, *filter(None, parts), *reference_list(references)])
        + "\n",
        references=references,
        checks=[check for sentence in in_order for check in sentence.checks],
        uncited=[sentence.text for sentence in in_order if sentence.is_uncited],
        removed=draft.unknown(most),
        unfinished=unfinished,
        model=model,
        written_on=written_on,
        calls=list(calls),
    )


@dataclass(frozen=True)
class _Written:
    """A sentence as the report has it."""

    text: str
    markdown: str
    checks: Sequence[Check]
    is_uncited: bool


def _note(model: str, written_on: str, findings: int, unfinished: str) -> str:
    evidence = "1 approved finding" if findings == 1 else f"{findings} approved findings"
    note = (
        f"Written by {escape_markdown(model)} on {escape_markdown(written_on)} from {evidence}. The number after a "
        "sentence leads to its source; what does not stand there word for word is marked."
    )
    return f"{note} {escape_markdown(unfinished)}" if unfinished.strip() else note


def _part(block: Block, sentences: Sequence[_Written], top: int) -> str:
    """A heading or a paragraph.

    Args:
        block: Where it comes from.
        sentences: Those of a paragraph.
        top: The level of the draft's highest headings.
    """
    if block.level:
        return f"{'##' if block.level == top else '###'} {escape_markdown(block.title)}" if block.title else ""
    return f"{block.marker}{' '.join(sentence.markdown for sentence in sentences)}" if sentences else ""


def _written(sentence: Sentence, sources: Mapping[int, Source]) -> _Written:
    checks = _checks(sentence, sources)
    is_uncited = not checks and len(WORD.findall(sentence.text)) >= CLAIM
    parts: list[str] = []
    left = list(checks)
    for stretch in sentence.stretches:
        own, left = left[: len(stretch.numbers)], left[len(stretch.numbers) :]
        parts.append(f"{_space_before(stretch.text) if parts else ''}{escape_markdown(stretch.text)}")
        parts += [f" {cite(check.number)}{verdict_mark(check)}" for check in own]
        if own and not (left and left[0].sentence == own[0].sentence):
            parts.append(numbers_mark(own[-1].strange_numbers))
    markdown = "".join(parts) + (NO_SOURCE if is_uncited else "")
    return _Written(sentence.text, markdown, checks, is_uncited)


def _space_before(text: str) -> str:
    return " " if text and text.lstrip()[0] not in ",;:.!?)…，。；：、！？）" else ""


def _checks(sentence: Sentence, sources: Mapping[int, Source]) -> list[Check]:
    """The checks of a sentence, one for each citation in its order.

    Citations at different places stand for what is before each of them, the last one also for what is after it. A part
    that says too little by itself (`Both Vienna [1] and Graz [2] have grown`) is checked as the sentence.
    """
    citing = [stretch for stretch in sentence.stretches if stretch.numbers]
    cited = [sources[number] for number in sentence.numbers]
    if not cited:
        return []
    claims = [stretch.text for stretch in citing]
    if not sentence.stretches[-1].numbers:
        claims[-1] += sentence.stretches[-1].text
    if len(claims) == 1 or any(len(Gist(claim).terms) < TELLING_TERMS for claim in claims):
        return check_claim(sentence.text, cited)
    return [
        check
        for claim, stretch in zip(claims, citing, strict=True)
        for check in check_claim(claim.strip(" ,;"), [sources[number] for number in stretch.numbers], cited)
    ]
