"""Leaving alone what fails: longer each time, never for ever, and afresh once it works."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.adapters.resting import Rest


class Hand:
    """A clock and a chance that are set by hand."""

    def __init__(self, chance: float = 0.5) -> None:
        self.now, self.chance = 100.0, chance

    def rest(self, first: float = 2.0, longest: float = 300.0) -> Rest:
        """A rest by this clock."""
        return Rest(first, longest, seconds=lambda: self.now, chance=lambda: self.chance)


def _failures(hand: Hand, rest: Rest, times: int) -> list[float]:
    """How long the rest is after each failure, when it is tried again as soon as it is over."""
    lengths = []
    for _ in range(times):
        rest.begin(hand.now)
        lengths.append(rest.left())
        hand.now += rest.left()
    return lengths


def test_each_failure_doubles_the_rest_up_to_the_longest() -> None:
    """And what counts failures counts them all."""
    hand = Hand()
    rest = hand.rest(first=2, longest=20)
    assert rest.left() == 0
    assert _failures(hand, rest, 6) == pytest.approx([2, 4, 8, 16, 20, 20])
    assert rest.in_a_row == 6


@given(
    chance=some.floats(0, 1),
    first=some.floats(0.001, 60),
    longest=some.floats(60, 3600),
    times=some.integers(1, 80),
)
def test_no_rest_is_much_longer_or_shorter_than_planned(
    chance: float, first: float, longest: float, times: int
) -> None:
    """By a quarter at most, whatever chance says and however often it failed."""
    hand = Hand(chance)
    lengths = _failures(hand, hand.rest(first, longest), times)
    for number, length in enumerate(lengths):
        planned = min(longest, first * 2.0**number)
        assert planned * 0.74 <= length <= planned * 1.26


def test_failing_for_weeks_is_no_error() -> None:
    """Two to the power of the failures would be a number no float can hold."""
    hand = Hand()
    assert _failures(hand, hand.rest(), 1500)[-1] == pytest.approx(300)


def test_once_it_works_the_next_rest_is_a_first_one() -> None:
    """But a rest that began stays: something else was tried and failed meanwhile."""
    hand = Hand()
    rest = hand.rest()
    _failures(hand, rest, 3)
    rest.begin(hand.now)
    rest.over()
    assert (rest.in_a_row, rest.left() > 8) == (0, True)
    hand.now += rest.left()
    assert _failures(hand, rest, 1) == pytest.approx([2])


def test_what_was_tried_together_fails_once() -> None:
    """Sixteen threads that fail by one outage make one rest, not the sixteenth power of it."""
    hand = Hand()
    rest = hand.rest()
    tried_at = hand.now
    for _ in range(16):
        hand.now += 0.1
        rest.begin(tried_at)
    assert rest.in_a_row == 1
    hand.now += 2
    rest.begin(hand.now)
    assert rest.in_a_row == 2
