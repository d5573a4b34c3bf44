"""Codings made apart from the turns, and the answers with their codings read back in pages."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from assistant.adapters.sql import SqlStore
from assistant.records import Answer, CodedAnswer, Coding, Usage
from tests.integration.queues import Office
from tests.integration.stories import begin, coding, said, tag, turn

PAID = coding("model:m").model_copy(update={"usage": Usage(prompt_tokens=812, completion_tokens=0)})


def tell(office: Office, name: str, *answers: Answer) -> None:
    """Store an interview with these answers."""
    begin(office.store, name)
    for seq, answer in enumerate(answers):
        office.store.record_answer(name, seq, answer)
        office.store.move_on(name, turn(seq + 1))


def answered(name: str, seq: int, text: str, *codings: Coding) -> CodedAnswer:
    """An answer as it should be read."""
    return CodedAnswer(
        interview_id=name, seq=seq, text=text, lang="nl", consent="consent.v1", codings=codings
    )


def test_a_coding_is_added_to_any_answer_in_words(office: Office) -> None:
    """Also to one given long ago; what it cost is kept, and what is derived follows."""
    tell(office, "anna", said("ja"), said("nee"))
    mine = coding("researcher:an", tag("policy", "continuity"))
    for made in (PAID, coding("embedded"), mine):
        office.store.add_coding("anna", 0, made)

    assert office.store.codings("anna") == {0: (PAID, coding("embedded"), mine)}
    assert list(office.store.check()) == []
    if isinstance(office.store, SqlStore):
        assert [one.answers for one in office.store.findings(1).counts] == [0, 1, 0, 0, 0, 0]


def test_the_first_coding_of_a_coder_stands(office: Office) -> None:
    """Adding another changes nothing."""
    tell(office, "anna", said("ja"))
    office.store.add_coding("anna", 0, PAID)
    office.store.add_coding("anna", 0, coding("model:m", tag("policy", "continuity")))

    assert office.store.codings("anna") == {0: (PAID,)}


@pytest.mark.parametrize(
    "answer", [None, Answer(kind="skip"), Answer(kind="unclear", text="eh"), Answer(kind="choice")]
)
def test_what_is_not_in_words_is_not_coded(office: Office, answer: Answer | None) -> None:
    """A turn that is not there, not answered, or answered otherwise: ValueError."""
    tell(office, "anna", *([answer] if answer else []))

    for seq in (0, 7):
        with pytest.raises(ValueError, match="in words"):
            office.store.add_coding("anna", seq, coding("embedded"))
    assert office.store.codings("anna") == {}


def test_an_added_tag_lies_inside_its_answer(store: SqlStore) -> None:
    """As every tag does; else ValueError, and the answer waits for its coding as it did."""
    begin(store, text="ja")
    store.queue.enqueue("anna", [0], PAID.made_by)
    outside = (tag("policy", "continuity", 0, 3),)

    with pytest.raises(ValueError, match="outside its answer of 2 characters"):
        store.add_coding("anna", 0, PAID.model_copy(update={"tags": outside}))

    store.queue.alive("w", 60)
    (job,) = store.queue.claim("w", PAID.made_by, 1)
    with pytest.raises(ValueError, match="outside its answer of 2 characters"):
        store.queue.finish("w", job, PAID.model_copy(update={"tags": outside}))
    assert store.codings("anna") == {}
    assert store.queue.counts(PAID.made_by).under_way == 1


def test_text_answers_come_with_their_codings_oldest_first(office: Office) -> None:
    """Only answers in words, by interview and turn, each with every coding and its tags in order.

    What lies between them (a tap, someone else's interview) is left out, with its codings.
    """
    two = [tag("policy", "continuity", 1, 2), tag("policy", "continuity", 0, 1)]
    tell(office, "bo", said("bo 0"))
    tell(office, "anna", said("anna 0"), Answer(kind="skip"), said("anna 2"), said("anna 3"))
    office.store.move_on("anna", turn(4), [(1, coding("embedded"))])
    for origin in ("researcher:an", "embedded", "model:m"):
        office.store.add_coding("anna", 2, coding(origin, *two))
    office.store.add_coding("bo", 0, PAID)

    made = [coding(origin, *two) for origin in ("researcher:an", "embedded", "model:m")]
    everything = (
        answered("anna", 0, "anna 0"),
        answered("anna", 2, "anna 2", *made),
        answered("anna", 3, "anna 3"),
        answered("bo", 0, "bo 0", PAID),
    )
    assert office.store.coded_answers(None, 9) == everything
    assert office.store.coded_answers(None, 2) == everything[:2]
    assert office.store.coded_answers(("anna", 2), 1) == everything[2:3]
    assert office.store.coded_answers(("anna", 9), 9) == everything[3:]
    assert office.store.coded_answers(("bo", 0), 9) == ()


def test_pages_together_are_everything_also_when_something_goes(office: Office) -> None:
    """Page after page finds each answer once; the place may be forgotten in between."""
    for name in ("anna", "bo", "cas"):
        tell(office, name, said("nul"), said("een"), said("twee"))
    seen: list[tuple[str, int]] = []
    while page := office.store.coded_answers(seen[-1] if seen else None, 2):
        seen += [(one.interview_id, one.seq) for one in page]
        if seen[-1] == ("bo", 0):
            office.store.forget("bo")

    assert seen == [
        *(("anna", seq) for seq in range(3)),
        ("bo", 0),
        *(("cas", n) for n in range(3)),
    ]


def test_a_page_takes_two_queries_however_long_it_is(store: SqlStore) -> None:
    """Not one for each answer."""
    for nr in range(9):
        begin(store, f"person {nr}", "ja")
        store.add_coding(f"person {nr}", 0, coding("embedded", tag("policy", "continuity")))
    asked: list[str] = []

    @event.listens_for(store.database.reader.engine, "before_cursor_execute")
    def listen(*context: object) -> None:
        asked.append(str(context[2]))

    assert len(store.coded_answers(None, 100)) == 9
    assert len([one for one in asked if one.startswith("SELECT")]) == 2


def test_doctor_sees_what_should_not_wait(store: SqlStore) -> None:
    """An answer that has the coding it waits for, or that has no words, is reported."""
    begin(store, text="ja")
    for version in ("v1", "v2"):
        store.queue.enqueue("anna", [0], coding("model:m", coder=version).made_by)
    store.add_coding("anna", 0, coding("model:n", coder="v2"))
    assert list(store.check()) == []
    for spoil, mend, told in [
        (
            "UPDATE coding_jobs SET origin = 'model:n' WHERE version = 'v2'",
            "UPDATE coding_jobs SET origin = 'model:m'",
            "wait for a coding that they have",
        ),
        (
            "UPDATE turns SET answer_kind = 'unclear'; UPDATE interviews SET text_answers = 0",
            "UPDATE turns SET answer_kind = 'text'; UPDATE interviews SET text_answers = 1",
            "without words wait",
        ),
    ]:
        for statements, expected in ((spoil, 1), (mend, 0)):
            with store.database.writing() as connection:
                for statement in statements.split("; "):
                    connection.exec_driver_sql(statement)
            assert len([line for line in store.check() if told in line]) == expected
    assert list(store.check()) == []
