"""No text that a model writes can freeze the server."""

from tests.hostile import assert_ends


def test_a_report_of_one_sign_or_two_is_made_in_the_time_of_any_other():
    assert_ends("""
from contextlib import suppress
from tests.report.findings import check_citation
from hitl.report.citations import Reference
from hitl.report.composing import compose
from hitl.report.drafts import whole_sentences
from tests.hostile import texts
from tests.report.findings import finding
quote = "Aspirin prevents heart attacks in older adults."
for text in texts(20_000):
    print(ascii(text[:20]), flush=True)
    written = f"Aspirin prevents heart attacks [1]. {text}"
    with suppress(ValueError):  # it reads as nothing that cites anything
        compose("A topic", written, [finding(quote)], model="m", written_on="2026-11-26")
    whole_sentences(text)
    check_citation(quote + text[:1_000], Reference(number=1, finding=finding(quote + text[:3_000])))
""")
