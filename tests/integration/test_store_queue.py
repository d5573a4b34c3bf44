"""The promises of the `CodingQueue` port, kept on SQLite, on PostgreSQL and by the fake alike."""

from __future__ import annotations

import pytest

from assistant.adapters.sql import SqlStore
from assistant.adapters.sql.tables import workers
from assistant.errors import InterviewGone
from assistant.records import Answer, Usage
from tests.integration.queues import CODER, MADE, Office, job
from tests.integration.stories import begin, coding, rows_left, tag, turn

OTHER = coding("model:other").made_by


def test_what_is_due_waits_with_its_words(office: Office) -> None:
    """A turn puts its answer in line for a coder, and whoever claims it gets all it needs."""
    office.waiting(1)

    assert office.counts() == (1, 0, 0)
    assert office.claim("w", coder=OTHER) == []
    assert office.claim("w") == [job()]
    assert office.counts() == (0, 1, 0)


def test_doing_a_turn_again_puts_nothing_in_line_twice(office: Office) -> None:
    """Neither what waits, nor what is held, given up or coded."""
    office.waiting(4)
    office.claim("w", 3)
    office.queue.finish("w", job(seq=0), MADE)
    office.queue.give_up("w", job(seq=1))

    assert not office.store.move_on("anna", turn(4), due=[(seq, CODER) for seq in range(4)])

    assert office.counts() == (1, 1, 1)
    assert [one.seq for one in office.claim("v")] == [3]


@pytest.mark.parametrize(
    "answer", [None, Answer(kind="skip"), Answer(kind="unclear", text="eh"), Answer(kind="choice")]
)
def test_only_answers_in_words_wait(office: Office, answer: Answer | None) -> None:
    """Anything else is a ValueError, and nothing of the turn or of the others is kept."""
    office.waiting(1)
    if answer:
        office.store.record_answer("anna", 1, answer)
    before, following = office.store.turns("anna"), turn(2 if answer else 1)

    for seq in (1, 7):
        with pytest.raises(ValueError, match="no answer in words"):
            office.store.move_on("anna", following, [(0, MADE)], due=[(0, OTHER), (seq, CODER)])
        with pytest.raises(ValueError, match="no answer in words"):
            office.queue.enqueue("anna", [0, seq], OTHER)

    assert (office.store.turns("anna"), office.store.codings("anna")) == (before, {})
    assert (office.counts(), office.queue.counts(OTHER).waiting) == ((1, 0, 0), 0)


def test_a_coding_that_comes_with_the_turn_need_not_wait(office: Office) -> None:
    """What is due and coded in one call is coded."""
    begin(office.store, text="ja")
    office.store.move_on("anna", turn(1), [(0, MADE)], due=[(0, CODER), (0, OTHER)])

    assert office.counts() == (0, 0, 0)
    assert office.queue.counts(OTHER).waiting == 1


def test_the_longest_waiting_come_first(office: Office) -> None:
    """Whoever is put back goes behind the others, and keeps the attempts."""
    office.waiting(3, "zoe")
    office.waiting(1, "anna")
    first = office.claim("w", 2)
    assert first == [job("zoe", 0), job("zoe", 1)]
    office.queue.put_back("w", first[0])

    rest = [job("zoe", 2), job("anna", 0), job("zoe", 0, attempts=2)]
    assert [office.claim("w", 1)[0] for _ in rest] == rest
    assert office.claim("w") == []


def test_what_a_dead_worker_held_is_free(office: Office) -> None:
    """At the very second it promised to live until; then it holds nothing any more."""
    office.waiting(1)
    (held,) = office.claim("w")
    office.clock.now += 59.9
    assert office.claim("v") == []

    office.clock.now += 0.1
    assert office.counts() == (1, 0, 0)
    assert office.claim("v") == [job(attempts=2)]

    office.queue.alive("w", 60)
    office.queue.put_back("w", held)
    office.queue.give_up("w", held)
    assert not office.queue.finish("w", held, MADE)
    assert office.counts() == (0, 1, 0)
    assert office.queue.finish("v", held, MADE)


def test_who_was_silent_and_lost_nothing_goes_on(office: Office) -> None:
    """A job nobody took meanwhile is still held; the work on it is not thrown away."""
    office.waiting(1)
    (held,) = office.claim("w")
    office.clock.now += 100

    assert office.queue.finish("w", held, MADE)


def test_a_worker_lives_at_least_as_long_as_it_ever_said(office: Office) -> None:
    """A shorter promise does not undo a longer one."""
    office.waiting(1)
    office.claim("w")
    office.queue.alive("w", 1)
    office.clock.now += 30

    assert office.claim("v") == []


def test_a_worker_that_does_not_live_gets_nothing(office: Office) -> None:
    """Neither one that never said so nor one that died: the job would be taken from it at once."""
    office.waiting(1)
    assert office.queue.claim("w", CODER, 9) == ()
    office.queue.alive("w", 60)
    office.clock.now += 60

    assert office.queue.claim("w", CODER, 9) == ()
    assert office.counts() == (1, 0, 0)


def test_names_long_silent_are_dropped(office: Office) -> None:
    """An hour after its death a worker is not known any more, and holds nothing."""
    office.waiting(1)
    office.claim("w")
    office.clock.now += 60 + 3600
    office.queue.alive("v", 60)

    if isinstance(office.store, SqlStore):
        with office.store.database.reading() as connection:
            assert connection.scalars(workers.select()).all() == ["v"]
    assert not office.queue.finish("w", job(), MADE)
    assert office.claim("v") == [job(attempts=2)]


def test_a_finished_job_is_a_coding_that_counts(office: Office) -> None:
    """The coding is kept with what it cost, the job is off, and all that is derived is right."""
    office.waiting(1)
    office.store.set_status("anna", "finished", quotable=True)
    made = MADE.model_copy(
        update={
            "tags": (tag("policy", "continuity", 0, 4),),
            "usage": Usage(prompt_tokens=900, completion_tokens=0),
        }
    )
    (held,) = office.claim("w")

    assert office.queue.finish("w", held, made)
    assert not office.queue.finish("w", held, made)

    assert office.store.codings("anna") == {0: (made,)}
    assert office.counts() == (0, 0, 0)
    assert list(office.store.check()) == []
    if isinstance(office.store, SqlStore):
        assert [one.answers for one in office.store.findings(1).counts] == [0, 1, 0, 0, 0, 0]
        assert [one.text for one in office.store.findings(1).stretches] == ["anna"]


def test_a_coding_by_another_coder_finishes_nothing(office: Office) -> None:
    """It is a ValueError, and the job is held still."""
    office.waiting(1)
    (held,) = office.claim("w")

    with pytest.raises(ValueError, match="another coder"):
        office.queue.finish("w", held, coding("model:other"))

    assert office.counts() == (0, 1, 0)
    assert office.store.codings("anna") == {}


def test_what_is_forgotten_waits_no_more(office: Office) -> None:
    """Its jobs are gone, and who still works on one hears so without an error."""
    office.waiting(2)
    office.waiting(1, "bo")
    held = office.claim("w", 1)[0]
    office.store.forget("anna")

    assert not office.queue.finish("w", held, MADE)
    office.queue.put_back("w", held)
    office.queue.give_up("w", held)
    assert office.counts() == (1, 0, 0)
    assert office.claim("w") == [job("bo")]
    office.store.forget("bo")
    if isinstance(office.store, SqlStore):
        assert rows_left(office.store) == {"workers": 1}


def test_who_is_given_up_stays_so_until_asked_again(office: Office) -> None:
    """Then it waits behind the others, as if it had never been tried."""
    office.waiting(3)
    held = office.claim("w", 2)
    office.queue.give_up("w", held[0])
    assert office.counts() == (1, 1, 1)
    assert not office.queue.finish("w", held[0], MADE)
    office.queue.finish("w", held[1], MADE)

    office.queue.enqueue("anna", [0, 1, 2, 0], CODER)

    assert office.claim("w") == [job(seq=2), job(seq=0)]


def test_only_answers_of_someone_can_wait(office: Office) -> None:
    """An unknown interview is gone, even if nothing of it is to wait."""
    for seqs in ([], [0]):
        with pytest.raises(InterviewGone):
            office.queue.enqueue("nobody", seqs, CODER)


def test_who_is_coded_by_another_way_waits_no_more(office: Office) -> None:
    """A coding by the coder it waits for takes the job off, held or not; another's does not."""
    office.waiting(3)
    held = office.claim("w", 1)[0]
    for seq in range(2):
        office.store.add_coding("anna", seq, coding("researcher:an"))
    assert office.counts() == (2, 1, 0)

    office.store.add_coding("anna", 0, MADE)
    office.store.move_on("anna", turn(3), [(1, MADE)])

    assert office.counts() == (1, 0, 0)
    assert not office.queue.finish("w", held, MADE)
    assert list(office.store.check()) == []


def test_who_leaves_is_forgotten_and_holds_nothing(office: Office) -> None:
    """Nothing says when it was last heard of, and what it held waits; leaving twice is leaving."""
    office.waiting(2)
    office.claim("w", 1)
    office.queue.leave("w")
    office.queue.leave("w")
    office.queue.leave("nobody")
    assert office.counts() == (2, 0, 0)
    if isinstance(office.store, SqlStore):
        assert "workers" not in rows_left(office.store)
        assert office.store.queue.strays(CODER) == 0
        assert office.store.queue.strays(None) == 2
