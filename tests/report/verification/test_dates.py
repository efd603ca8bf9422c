from __future__ import annotations

import pytest

from hitl.report.verification.dates import without_date


@pytest.mark.parametrize(
    "written",
    [
        "2019-09-10",
        "2019/9/10",
        "10 September 2019",
        "10th of September, 2019",
        "10. September 2019",
        "10.09.2019",
        "10. 9. 2019",
        "10/09/2019",
        "9/10/2019",
        "September 10, 2019",
        "Sept. 10th 2019",
        "10 de septiembre de 2019",
        "10 сентября 2019",
        "2019年9月10日",
    ],
)
def test_a_date_that_is_written_out_is_taken_out(written):
    assert without_date(f"On {written}, 9 of 10 came.", "2019-09-10").split() == ["On", ",", "9", "of", "10", "came."]


@pytest.mark.parametrize(
    "text", ["9 of 10 came.", "In 2019, 10 of 9 came.", "On 11 September 2019.", "On 10 September 2020.", "110.09.2019"]
)
def test_what_is_another_date_or_none_stays(text):
    assert without_date(text, "2019-09-10") == text


@pytest.mark.parametrize("date", ["", "2019", "2019-09", "September 2019", "10 Sept 2019"])
def test_nothing_is_taken_out_for_a_date_without_a_day_or_in_another_form(date):
    assert without_date("On 10 September 2019.", date) == "On 10 September 2019."
