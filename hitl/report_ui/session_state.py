"""What the report's pages keep in the session of one visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl.llm.connection_test import ConnectionResult
from hitl.ui.keys import PageState, SessionCollection, SessionValue

if TYPE_CHECKING:
    from hitl.report_ui.own_documents import Upload
    from hitl.report_ui.review.findings_desk import FindingsDesk
    from hitl.report_ui.text_review.text_desk import TextDesk


class ReportState(PageState):
    """The state of a page that can show reports."""

    topic = SessionValue("")
    """The topic, as typed."""
    example = SessionValue[str | None](None)
    """The example that was clicked."""
    documents = SessionValue[str | None](None)
    """Which documents are searched."""
    model = SessionValue[str | None](None)
    """The chosen model."""
    desk: SessionValue[FindingsDesk | None] = SessionValue(None)
    """The review that was shown last."""
    closed_desk: SessionValue[FindingsDesk | None] = SessionValue(None)
    """The review that is not open any more and was shown last."""
    text_desk: SessionValue[TextDesk | None] = SessionValue(None)
    """The review of a text that was shown last."""
    closed_text_desk: SessionValue[TextDesk | None] = SessionValue(None)
    """The review of a text that is not open any more and was shown last."""
    connection_result = SessionValue[ConnectionResult | None](None)
    """The result of the last connection test."""

    uploads: SessionCollection[list[Upload]] = SessionCollection(list)
    """The files added so far, but for those whose problem was shown and can't be mended here."""
    upload_field = SessionValue(0)
    """Number of the upload field; each one takes files once."""
    own_documents = SessionValue[list[str]]([])
    """Fingerprints of the documents that are chosen."""


state = ReportState()
