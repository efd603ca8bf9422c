"""What the fields, buttons and frames of a page show."""

from __future__ import annotations

import pytest

from hitl.research.reading.html.reader import FRAMES, read_fragment


def texts(html: str) -> list[str]:
    return [" ".join(block.text.split()) for block in read_fragment(html).blocks]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Fee: <select><option>5<option selected>7</select> euros</p>", ["Fee: 7 euros"]),
        ("<p>Fee:<select><option disabled>-<option>5<option>7</select>euros</p>", ["Fee: 5 euros"]),
        ("<p><select multiple><option selected>a<option>b</select></p>", ["☑ a ☐ b"]),
        ("<p><select size=2><option>a<option label=c>b</select></p>", ["a cb"]),
        ("<p>Name: <input value='Ann Berg'></p>", ["Name: Ann Berg"]),
        ("<table><tr><td>Fee<td><input type=number value=5></table>", ["Fee | 5"]),
        ("<p>Yes<input type=hidden value=no><input type=password value=no><input type=range value=5></p>", ["Yes"]),
        ("<p>Safe? <input type=radio>Yes <input type=radio checked>No</p>", ["Safe? ○ Yes ◉ No"]),
        ("<p><input type=checkbox checked>A <input type=checkbox>B</p>", ["☑ A ☐ B"]),
        ("<p><input type=checkbox checked hidden>A <input type=checkbox>B</p>", ["A ☐ B"]),
        ("<p><input type=checkbox>A <input type=checkbox>B</p>", ["A B"]),
        ("<p style='visibility: hidden'><input value=no> <select><option>no</select></p><p>Yes</p>", ["Yes"]),
        ("<div hidden><select><option>no</select><textarea>no</textarea></div><p>Yes</p>", ["Yes"]),
    ],
)
def test_what_is_entered_or_chosen_is_read(html, shown):
    assert texts(html) == shown


def test_a_textarea_keeps_its_lines():
    assert read_fragment("<textarea>One &amp;\ntwo</textarea>").blocks[0].text.strip() == "One &\ntwo"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<button>Is it allowed to swim?</button><div>No.</div>", ["Is it allowed to swim?", "No."]),
        ("<button><div>Is it allowed?</div></button><div>No.</div>", ["Is it allowed?", "No."]),
        ("<button aria-expanded=false>Opening hours</button><div>Nine.</div>", ["Opening hours", "Nine."]),
        ("<button class=accordion-button>Fees</button><div>Nine.</div>", ["Fees", "Nine."]),
        ("<p>Is it <button>allowed</button> to swim?</p>", ["Is it allowed to swim?"]),
        ("<p>One <button>Copy</button></p>", ["One"]),
        ("<p>One <button>Like</button><button>Share</button></p><button>Accept</button>", ["One"]),
        ("<li><button>Like</button> One</li>", ["One"]),
        ("<p>One \ufdd1two\ufdd2</p>", ["One two"]),
    ],
)
def test_of_buttons_what_is_part_of_the_text_is_read(html, shown):
    assert texts(html) == shown


def test_the_text_of_a_frame_is_read_in_its_place():
    inner = "<style>.x{display:none}</style><p class=x>no</p><p>The fee is 5.</p>"

    assert texts(f'<p>One</p><iframe srcdoc="{inner}">no</iframe><p class=x>two</p>') == ["One", "The fee is 5.", "two"]
    assert texts("<iframe hidden srcdoc='no'></iframe><p>Yes</p>") == ["Yes"]


def test_frames_inside_frames_without_end_are_said():
    html = "<p>deep</p>"
    for depth in range(5):
        escaped = html.replace("&", "&amp;").replace("'", "&#39;")
        html = f"<p>{depth}</p><iframe srcdoc='{escaped}'></iframe>"
    read = read_fragment(html)

    assert [block.text for block in read.blocks] == ["4", "3", "2", "1"]
    assert read.remarks == (FRAMES,)


def test_the_shadow_of_an_element_is_read_as_browsers_show_it():
    assert texts("<div><template shadowrootmode=open><p>Yes</p></template></div><template>no</template>") == ["Yes"]


def test_the_end_of_a_line_break_is_a_line_break():
    assert read_fragment("<p>not</br>able</BR >now</p>").blocks[0].text == "not\nable\nnow"
