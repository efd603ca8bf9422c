from __future__ import annotations

import pytest

from hitl.report_ui.marked_quote import BEGIN, END, MARK, marked_quote
from hitl.ui import shown_lines
from hitl.ui._compat import WORD_JOINER


@pytest.mark.parametrize(
    ("quote", "matched", "markdown"),
    [
        ("The heat pump hums.", ["heat", "pump"], "The :primary-background[heat pump] hums."),
        ("A heatpump, a heat-pump, Heat.", ["heat"], "A heatpump, a :primary-background[heat]-pump, Heat."),
        ("Heat and heat", ["heat", "Heat"], ":primary-background[Heat] and :primary-background[heat]"),
        ("One.\n\n- heat: 1", ["heat", "1"], "One.\\\n\\- :primary-background[heat]: :primary-background[1]"),
        ("1. It costs *4* <b>", ["1", "4"], ":primary-background[1]. It costs \\*:primary-background[4]\\* \\<b\\>"),
        ("C++ (or C)", ["C"], ":primary-background[C]++ (or :primary-background[C])"),
        ("騒音と費用は大きい。", ["騒音"], ":primary-background[騒音]と費用は大きい。"),
        ("费用、噪音", ["费用", "噪音"], ":primary-background[费用]、:primary-background[噪音]"),
        ("Die Verträge", ["Verträge"], "Die :primary-background[Verträge]"),
        ("Стоимость насоса", ["Стоимость"], ":primary-background[Стоимость] насоса"),
        ("such as :red[x]", ["red"], f"such as :{WORD_JOINER}:primary-background[red]\\[x\\]"),
        ("", ["heat"], ""),
        ("heat", [], "heat"),
        ("heat", [""], "heat"),
    ],
)
def test_matching_words_are_marked_and_all_else_is_literal(quote: str, matched: list[str], markdown: str):
    assert marked_quote(quote, matched) == markdown


@pytest.mark.parametrize(
    "quote",
    ["![x](http://a)", ":red[heat]", "heat -> pump", "$heat$", f"{BEGIN}heat{END}", "[heat](http://a)", "# heat"],
)
def test_marks_make_nothing_active(quote: str):
    literal = shown_lines(quote.replace(BEGIN, "").replace(END, ""))

    assert marked_quote(quote, ["heat"]).replace(f"{MARK}heat]", "heat") == literal
