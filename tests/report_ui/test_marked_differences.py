from __future__ import annotations

from hitl.report_ui.marked_differences import both_sides


def visible(markdown: str) -> str:
    return markdown.replace("\u2060", "").replace("\\.", ".")


def test_what_differs_is_marked_on_both_sides():
    said, quoted = both_sides("The pump gives three units.", "The pump gives 2.4 units of heat.")

    assert visible(said) == "The pump gives :red-background[**three**] units."
    assert visible(quoted) == "The pump gives :green-background[**2.4**] units :green-background[**of heat**]."


def test_nothing_is_marked_where_nothing_is_the_same():
    assert both_sides("Tides rise.", "Pumps heat.") == ("Tides rise.", "Pumps heat.")


def test_what_a_model_or_a_document_says_is_shown_literally():
    said, quoted = both_sides("It costs :red[$5] ![x](http://a) now.", "It costs <b>6</b> now.")

    assert ":red[" not in visible(said).replace(":red\\[", "")
    assert "![" not in said
    assert "<b>" not in quoted.replace("\\<", "")


def test_a_colon_before_a_mark_makes_no_other_mark():
    said, _ = both_sides("Note:five units rise.", "Note:six units rise.")

    assert "::" not in said
