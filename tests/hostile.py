"""Texts that take a pattern which is not linear the square of their length, or worse.

They are tried in a process of their own, which can be ended: Python hears of no signal inside a regular expression.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LENGTH = 200_000
"""Characters: what is linear takes well under a second for them, and what is quadratic takes hours."""
DEADLINE = 100.0
"""Seconds for all texts together; they take some seconds."""
SIGNS = [*". , ! ? … : ; - – ( [ < > * _ ` | & \\ / @ # ' \" ” ) ] ~ ^ $ a A 1 中 。".split(), " ", "\t", "\n"]
PAIRS = [
    *'!? ." .) ., ,. ([ [( ]( ![ [1 1] a. .a a@ a1 A. 1, 1. 1- -1 -- *a _a __ ** <a </ <! && \\. 中。 。」'.split(),
    "\u0301\u0316",
    *(
        "a ",
        "A ",
        "1 ",
        ". ",
        "- ",
        "> ",
        "# ",
        "| ",
        "( ",
        "' ",
        " \t",
        " \n",
        "\n\n",
        "\na",
        "\n-",
        "\n|",
        "\n>",
        "\n#",
    ),
    *("A. ", "e.g. ", ". A.", "[1] ", "[a](", "**a ", "not ", "one ", "a: ", "\nAb: x", "\n1. ", "://", "http://"),
]


def texts(length: int = LENGTH) -> list[str]:
    """A text for each sign and each pair, repeated to this many characters."""
    return [part * (length // len(part)) for part in (*SIGNS, *PAIRS)]


def assert_ends(code: str) -> None:
    """Run Python code in a process of its own, and fail when it does not end in time or goes wrong."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    try:
        ended = subprocess.run([sys.executable, "-c", code], env=environment, timeout=DEADLINE, capture_output=True)
    except subprocess.TimeoutExpired as late:
        last = (late.stdout or b"").decode().splitlines()
        raise AssertionError(
            f"still at work after {DEADLINE:.0f} s, with {last[-1] if last else 'the first text'}"
        ) from None
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
