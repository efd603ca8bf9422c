from __future__ import annotations

import itertools
import time

import pytest

from hitl.engine.runtime.backoff import FIRST_PAUSE, LONGEST_PAUSE, RetryBackoff


def test_each_try_waits_twice_as_long_up_to_five_minutes():
    known = RetryBackoff()
    pauses = [known.note("run") for _ in range(12)]
    assert pauses[:8] == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
    assert pauses[8:] == [300.0] * 4
    assert (FIRST_PAUSE, LONGEST_PAUSE) == (2.0, 300.0)
    assert all(later / earlier <= 2 for earlier, later in itertools.pairwise(pauses))


def test_a_run_is_tried_again_when_its_time_has_come_and_forgotten_when_it_goes_on(monkeypatch: pytest.MonkeyPatch):
    now = time.monotonic()
    monkeypatch.setattr("hitl.engine.runtime.backoff.time.monotonic", lambda: now)
    known = RetryBackoff()
    known.note("run")
    assert known.is_too_soon("run")
    assert not known.is_too_soon("other")
    now += FIRST_PAUSE
    assert not known.is_too_soon("run")
    assert list(known) == ["run"]
    assert known.forget("run")
    assert not known.forget("run")
    assert known.note("run") == FIRST_PAUSE, "it begins anew"
