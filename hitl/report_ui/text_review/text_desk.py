"""The desk of the review of a text: what is asked and entered, and which statements are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from hitl.engine import Run
from hitl.report.events import ReviewReport
from hitl.report.export.bundle import TextDecided, decision_in
from hitl.report.verification.claims import Claim, Reference
from hitl.report_ui.desk import DROPPED, NOTED, Desk
from hitl.report_ui.text_review.unsent_text_review import UnsentTextReview
from hitl.research import Document, Shelf, UnknownDocument
from hitl.text import count

DOUBTFUL = "Not verbatim"
FILTERS = (DOUBTFUL, DROPPED, NOTED)


@dataclass(kw_only=True)
class TextDesk(Desk[Claim]):
    """The desk of a review of a text."""

    asked: ReviewReport
    past: Sequence[TextDecided]
    """The decisions about earlier texts of the run that can still be read."""
    draft: UnsentTextReview

    @cached_property
    def references(self) -> Mapping[int, Reference]:
        """What the text cites, by number."""
        return {reference.number: reference for reference in self.asked.references}

    @property
    def sentences(self) -> list[Claim]:
        """The statements that are no headings."""
        return [claim for claim in self.asked.claims if not claim.is_heading]

    @property
    def kept(self) -> list[Claim]:
        """The sentences that would be published."""
        return [claim for claim in self.sentences if self.draft.keeps(claim)]

    def id_of(self, claim: Claim) -> str:
        return str(claim.number)

    def name_of(self, claim: Claim) -> str:
        return f"{'Heading' if claim.is_heading else 'Sentence'} {claim.number}"

    def words_of(self, claim: Claim) -> str:
        return f"{claim.verdict.capitalize()}: {claim.text}"

    @property
    def figure(self) -> str:
        return f"{len(self.kept)} of {count(len(self.sentences), 'sentence')} kept"

    def listed(self) -> list[Claim]:
        """The statements that the filters let through, in the order of the text."""
        return [claim for claim in self.asked.claims if self._fits(claim)]

    def _fits(self, claim: Claim) -> bool:
        fits = {
            DOUBTFUL: claim.verdict != "verbatim",
            DROPPED: not self.draft.keeps(claim),
            NOTED: bool(self.draft.note(claim)),
        }
        return all(fits[name] for name in self.only)

    def document_of(self, reference: Reference) -> Document | None:
        """The document that a reference quotes; None if it is not there any more."""
        with suppress(UnknownDocument):
            return Shelf(self.run.engine.settings.home).get(reference.finding.document)
        return None


def past_texts(run: Run) -> list[TextDecided]:
    """The decisions about texts so far, each with its text, without those of another version."""
    decided = (decision_in(answer, run.asked(answer.question_id).body) for answer in run.answers)
    return [each for each in decided if isinstance(each, TextDecided) and each.review]
