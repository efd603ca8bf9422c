"""No text that a model writes can freeze the server."""

from tests.hostile import assert_ends


def test_a_report_of_one_sign_or_two_is_made_in_the_time_of_any_other():
    assert_ends("""
import json
from hitl.llm.json_stream import JsonStream
from hitl.report.verification.verdicts import verdict_of
from hitl.report.writing.answer import TEXT_CHARACTERS
from tests.cases_adapter import published
from tests.hostile import texts
from tests.report.findings import finding
quote = "Aspirin prevents heart attacks in older adults."
for text in texts(20_000):
    print(ascii(text[:20]), flush=True)
    JsonStream().feed(text)
    JsonStream().feed(json.dumps({"sections": [text]})[:-10])
    line = " ".join(text.split())[: TEXT_CHARACTERS - 100]
    published(f"# {line}\\n{quote[:-1]} [1]. {line}\\n[1] {line}", [quote])
    verdict_of(quote + text[:1_000], [finding(quote + text[:3_000])])
""")
