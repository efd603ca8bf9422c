"""PowerPoint files: letters that nobody can see are not read, and those that show are, whatever their colours."""

from __future__ import annotations

import pytest

from hitl.research.evidence import Document
from tests.research.reading.office_files import changed
from tests.research.reading.test_slides import PLAIN, SLIDE, one, read_show

UNSEEN = "1 passage in tiny letters, or of the colour of what is behind them, is not read: look for it in the file."


def filled(color: str) -> str:
    name = "schemeClr" if color in ("bg1", "tx1", "accent1") else "srgbClr"
    return f'<a:solidFill><a:{name} val="{color}"/></a:solidFill>'


def shape(fill: str, words: str, look: str = "", left: int = 900_000, attributes: str = "", styles: str = "") -> str:
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="70" name="s"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{left}" y="5000000"/><a:ext cx="900000" cy="900000"/></a:xfrm>{fill}</p:spPr>'
        f"<p:txBody><a:bodyPr/><a:lstStyle>{styles}</a:lstStyle><a:p><a:r><a:rPr{attributes}>{look}</a:rPr>"
        f"<a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def show(*shapes: str, background: str = "") -> Document:
    data = one(PLAIN, "The pool", "The pool opens in May.")
    data = changed(data, {SLIDE: ("</p:spTree>", "".join(shapes) + "</p:spTree>")})
    if background:
        stated = f"<p:cSld><p:bg><p:bgPr>{background}<a:effectLst/></p:bgPr></p:bg>"
        data = changed(data, {SLIDE: ("<p:cSld>", stated)})
    return read_show(data)


WHITE, BLACK, RED, BLUE = map(filled, ("FFFFFF", "000000", "FF0000", "0000FF"))


@pytest.mark.parametrize(
    ("fill", "look", "background", "is_seen"),
    [
        ("", WHITE, "", False),
        ("", filled("bg1"), "", False),
        ("", WHITE, BLUE, True),
        ("", BLUE, BLUE, False),
        ("<a:noFill/>", WHITE, WHITE, False),
        (BLACK, WHITE, "", True),
        (BLACK, BLACK, "", False),
        (RED, RED, "", False),
        (RED, WHITE, "", True),
        (filled("accent1"), filled("accent1"), "", False),
        ("<a:gradFill/>", WHITE, "", True),
        (BLACK.replace("/></a:solid", '><a:alpha val="40000"/></a:srgbClr></a:solid'), BLACK, "", True),
        ("", "<a:noFill/>", "", False),
        ("", f"<a:ln>{RED}</a:ln><a:noFill/>", "", True),
        ("", WHITE + f"<a:highlight>{BLACK[13:-14]}</a:highlight>", "", True),
        ("", "", "", True),
    ],
)
def test_letters_of_the_colour_of_what_is_behind_them_are_not_read_and_said(
    fill: str, look: str, background: str, is_seen: bool
):
    document = show(shape(fill, "Approve all", look), background=background)

    assert ("Approve all" in document.text) == is_seen
    assert document.remarks == (() if is_seen else (UNSEEN,))


def test_letters_over_another_shape_are_read_and_beside_it_are_not():
    assert "Approve all" in show(shape(BLACK, ""), shape("", "Approve all", WHITE)).text
    assert "Approve all" not in show(shape(BLACK, "", left=5_000_000), shape("", "Approve all", WHITE)).text


def test_tiny_letters_and_those_that_a_style_colours_are_not_read():
    white = f"<a:lvl1pPr><a:defRPr>{WHITE}</a:defRPr></a:lvl1pPr>"

    assert "Approve all" not in show(shape("", "Approve all", attributes=' sz="100"')).text
    assert "Approve all" not in show(shape("", "Approve all", styles=white)).text
    assert "Approve all" in show(shape("", "Approve all", look=RED, styles=white)).text
    assert "Approve all" in show(shape(RED, "Approve all", styles=white)).text
