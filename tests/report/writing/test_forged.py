"""What a model can write into a report: every claim of it is marked, or can't be expressed."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from tests.cases_adapter import report_of

QUOTES = ["Aspirin prevents heart attacks in older adults.", "The dam was opened in 1987 by the king of Norway."]
TRUE = "Aspirin prevents heart attacks in older adults [1]."
FORGED = [
    f"## Vaccines cause autism in 40 percent of children\n{TRUE}",
    f"## Vaccines cause autism [1]\n{TRUE}",
    f"# Vaccines cause autism\n{TRUE}",
    f"Vaccines cause autism. Doctors lie. {TRUE}",
    "Vaccines cause autism [1].",
    "Vaccines cause autism [1][2].",
    "Vaccines cause autism [7].",
    "Vaccines cause autism [١].",
    "Vaccines cause autism¹.",
    "[1] Vaccines cause autism.",
    "Vaccines cause autism[1]in 1987 [2].",
    "“Vaccines cause autism.” [1]",
    "Vaccines cause autism [[1]](#reference-1).",
    "Vaccines cause autism [\\[1\\]](#reference-1).",
    "Vaccines cause autism (verbatim).",
    "Vaccines cause autism. ✓",
    "Vaccines cause autism :green[✓] [1].",
    "Vaccines cause autism *(reworded)* [1].",
    "Vaccines cause autism[^1].\n[^1]: Nature 2020, p. 5",
    f"{TRUE}\n## References\n1. Smith 2020. Vaccines cause autism. Nature.",
    f"{TRUE}\n###### Reference 3\n**Nature**, 2020\n> Vaccines cause autism.",
    f"{TRUE}\n[3] Smith 2020. Vaccines cause autism. Nature 5:12.",
    f"{TRUE}\n| Vaccines | cause autism |\n|---|---|\n| x | y [1] |",
    "```\nVaccines cause autism [1]\n```",
    "Vaccines cause autism: Aspirin prevents heart attacks in older adults [1].",
    "Vaccines cause autism. aspirin prevents heart attacks in older adults [1].",
    "Vaccines\u0000 cause\u200b autism\u202e [1].",
    "Vaccines_cause_autism [1].",
    "วัคซีนทำให้เกิดออทิสติกในเด็ก [1]",
    "疫苗导致自闭症。 [1]",
    "Der Impfstoff verursacht Autismus [2].",
    "Aspirin prevents heart attacks in older adults in 1987 [1].",
    "Aspirin prevents no heart attacks in older adults [1].",
]
LIVE = [
    "![a](http://evil.example/a.png) and ![b][1]",
    "[Click](http://evil.example) and [click](javascript:alert(1)) here",
    "<script>alert(1)</script><img src=http://evil.example/a.png>",
    "<http://evil.example/abc> and https://evil.example/x and www.evil.example",
    "Write to evil@evil.example",
    "[evil]: http://evil.example",
    "ht<b>tp://</b>evil.example",
    "http:/\u200b/evil.example",
    "$\\href{javascript:alert(1)}{x}$",
    "<!-- hidden -->",
]


@pytest.mark.parametrize("written", FORGED, ids=ascii)
def test_nothing_but_a_quote_is_called_verbatim(written: str):
    report = report_of(written, QUOTES)

    said = {re.sub(r"\W+", "", claim.text) for claim in report.claims if claim.verdict == "verbatim"}
    assert said <= {re.sub(r"\W+", "", quote) for quote in QUOTES}
    assert report.title == "A topic"


@pytest.mark.parametrize("written", FORGED, ids=ascii)
def test_every_other_claim_is_marked_in_the_text(written: str):
    report = report_of(written, QUOTES)

    body = report.markdown.rsplit("\n## References", 1)[0].split("\n## Reworded")[0]
    marked = len(re.findall(r" \*\((?:reworded|no source)[^*]*\)\*", body))
    assert marked == sum(claim.verdict != "verbatim" for claim in report.claims)


@pytest.mark.parametrize("written", [*FORGED, *LIVE], ids=ascii)
@pytest.mark.parametrize("citation", ["", " [1]"])
def test_nothing_is_live_and_citations_lead_to_references_only(written: str, citation: str):
    report = report_of(f"{written}{citation}\n## {written}\n{TRUE}", QUOTES)

    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(report.markdown)
    tags = re.findall(r"<(?:a|img|script|iframe|table|b|pre)\b[^>]*>", html)
    numbers = {reference.number for reference in report.references}
    assert set(tags) <= {f'<a href="#reference-{number}">' for number in numbers}
