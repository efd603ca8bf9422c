"""The room that a button is given before it is loaded."""

from __future__ import annotations

from hitl.ui.button_width import button_width


def test_a_button_has_room_for_the_longest_of_its_labels_its_icon_its_frame_and_its_key():
    label = button_width("Drop", "Restore", has_icon=False, is_framed=False)
    assert label == button_width("Restore", has_icon=False, is_framed=False)
    assert label < button_width("Restore", is_framed=False) < button_width("Restore")
    assert button_width("Restore", shortcut="x") < button_width("Restore", shortcut="Shift+A")
