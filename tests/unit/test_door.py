"""The door to what researchers may do."""

from __future__ import annotations

from assistant.steps.door import SECONDS, TRIES, Door

PASSWORD = "lang-genoeg-om-te-raden"


class Watch:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def test_it_opens_for_the_password_alone() -> None:
    """Not for a part of it, other case, nothing, or what cannot be encoded."""
    door = Door(PASSWORD, Watch())
    assert door.exists
    assert door.opens(PASSWORD)
    for wrong in ("", PASSWORD[:-1], PASSWORD.upper(), "\ud800"):
        assert not door.opens(wrong)


def test_without_a_password_it_stays_shut() -> None:
    """There is no default, and nothing typed is one."""
    door = Door(None)
    assert not door.exists
    assert not door.opens("")
    assert not door.opens("None")


def test_guessing_is_slow() -> None:
    """After so many wrong ones even the right one waits; then it opens again."""
    watch = Watch()
    door = Door(PASSWORD, watch)
    for _ in range(TRIES):
        assert not door.opens("fout")
    assert not door.opens(PASSWORD)
    watch.now += SECONDS
    assert door.opens(PASSWORD)


def test_right_ones_are_not_counted() -> None:
    """Whoever knows it may come as often as they like."""
    door = Door(PASSWORD, Watch())
    assert all(door.opens(PASSWORD) for _ in range(TRIES * 3))
