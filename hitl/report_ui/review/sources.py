"""What a review says of the documents that its findings quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress

import streamlit as st

from hitl.report.events import ReviewFindings
from hitl.research import Document, Finding, Shelf, UnknownDocument
from hitl.text import count
from hitl.ui import shown

YEARS_APART = 5
"""Years between the oldest and the newest document from which the page warns about their dates."""
WARNINGS_SHOWN = 3
"""Maximum number of warnings of documents shown at once."""


def quoted_documents(shelf: Shelf, findings: Iterable[Finding]) -> list[Document]:
    """The documents that findings quote."""
    documents = []
    for fingerprint in dict.fromkeys(finding.document for finding in findings):
        with suppress(UnknownDocument):  # reported where the passage around a finding is shown
            documents.append(shelf.get(fingerprint))
    return documents


def sources_of(documents: Sequence[Document]) -> dict[str, str]:
    """What findings say of their documents, by fingerprint: names, and whether there is a warning.

    Of different documents with the same name, the length is said too.
    """
    common = Counter(name for document in documents for name in (document.location, *document.other_names))
    sources = {}
    for document in documents:
        names = [document.location, *document.other_names]
        about = [", also ".join(names)]
        if any(common[name] > 1 for name in names):
            about.append(f"of {count(len(document.text), 'character')}")
        if document.unread_words:
            about.append(f"{count(document.unread_words, 'word')} of this document not read")
        elif document.warning:
            about.append("with a warning above")
        sources[document.fingerprint] = " · ".join(about)
    return sources


def years_note(findings: Iterable[Finding]) -> str:
    """How far apart the documents of findings are; empty if it is not far, or their dates are not known."""
    years = sorted({finding.date[:4] for finding in findings if finding.date})
    if not years or int(years[-1]) - int(years[0]) < YEARS_APART:
        return ""
    return f"These documents are from {years[0]} to {years[-1]}. Where they disagree, the older one may be outdated."


def draw_warnings(review: ReviewFindings, documents: Sequence[Document]) -> None:
    """Draw the warnings of documents that the note of the review does not have, the first ones in full."""
    warnings = [document.warning for document in documents if document.warning]
    untold = [warning for warning in warnings if warning not in review.note]
    shown_at_once = max(WARNINGS_SHOWN - (len(warnings) - len(untold)), 0)
    for warning in untold[:shown_at_once]:
        st.warning(shown(warning), icon=":material/visibility_off:")
    if more := untold[shown_at_once:]:
        with st.expander(f"{count(len(more), 'more document')} with a warning", icon=":material/visibility_off:"):
            for warning in more:
                st.markdown(shown(warning))
