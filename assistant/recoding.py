"""Coding again the answers that are there, when a newer tagger or codebook came, or a model.

Older codings stay. What is done twice changes nothing, so whatever was cut off is finished by doing
it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from assistant.errors import InterviewGone
from assistant.ports import CodingQueue, Store, Tagger
from assistant.records import CodedAnswer, Coder, JobCounts
from assistant.steps.rereading import every_answer

Progress = Callable[[int, int], None]  # done, in all


@dataclass(frozen=True)
class Recoded:
    """What came of it: answers in words, how many had a coding by this coder, and have one now.

    `given_up` are those that the model was asked for too often in vain, or makes no coding of;
    `withheld` those it may not have, for people did not agree to that.
    """

    coder: Coder
    answers: int
    had: int
    coded: int
    given_up: int = 0
    withheld: int = 0


def by_tagger(store: Store, tagger: Tagger, progress: Progress) -> Recoded:
    """Let `tagger` code every answer in words that has no coding by it. Raises StoreError."""
    answers, had = _counted(store, tagger.coder)
    coded = 0
    for answer in _without(store, tagger.coder):
        with suppress(InterviewGone):
            coding = tagger.tag(answer.text, answer.lang)
            store.add_coding(answer.interview_id, answer.seq, coding)
            coded += 1
        progress(min(coded, answers - had), answers - had)
    return Recoded(tagger.coder, answers, had, coded)


@dataclass(frozen=True)
class SlowCoding:
    """What it takes to have answers coded by a slow coder.

    `allowed` says of a consent, by its stored name, whether it lets this coder have an answer;
    `work_off` works on the queue until it is empty, and tells now and then what is left.
    """

    queue: CodingQueue
    coder: Coder
    allowed: Callable[[str], bool]
    work_off: Callable[[Callable[[JobCounts], None]], None]


def by_slow_coder(store: Store, slow: SlowCoding, progress: Progress) -> Recoded:
    """Let every answer in words without a coding by `slow` wait for it, and work until none does.

    Given up ones are tried anew; those it may not have are left alone. Raises StoreError, and
    ModelUnavailable when there is no use in going on now.
    """
    _answers, had = _counted(store, slow.coder)
    _let_wait(slow, (one for one in _without(store, slow.coder) if slow.allowed(one.consent)))
    waiting = slow.queue.counts(slow.coder)
    todo = waiting.waiting + waiting.under_way
    slow.work_off(lambda left: progress(max(0, todo - left.waiting - left.under_way), todo))
    answers, have = _counted(store, slow.coder)
    withheld = sum(not slow.allowed(one.consent) for one in _without(store, slow.coder))
    given_up = max(0, answers - have - withheld)
    return Recoded(slow.coder, answers, had, have - had, given_up, withheld)


def _let_wait(slow: SlowCoding, answers: Iterable[CodedAnswer]) -> None:
    for interview_id, told in groupby(answers, key=lambda answer: answer.interview_id):
        with suppress(InterviewGone):
            slow.queue.enqueue(interview_id, [answer.seq for answer in told], slow.coder)


def _counted(store: Store, coder: Coder) -> tuple[int, int]:
    """How many answers in words there are, and how many have a coding by `coder`."""
    coded = [_has(answer, coder) for answer in every_answer(store)]
    return len(coded), sum(coded)


def _without(store: Store, coder: Coder) -> Iterator[CodedAnswer]:
    return (answer for answer in every_answer(store) if not _has(answer, coder))


def _has(answer: CodedAnswer, coder: Coder) -> bool:
    return any(coding.made_by == coder for coding in answer.codings)
