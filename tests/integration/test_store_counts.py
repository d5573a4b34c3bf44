"""Which coding counts, and what findings make of it, held against a naive count in Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.adapters.sql import SqlStore
from assistant.adapters.sql.tables import codings
from assistant.records import LEVELS, POLARITIES, Answer, CodedStretch, Coding, Findings, LevelCount
from tests.integration.stories import begin, coding, interview, rows_left, said, tag, turn

_numbers = count(1)
TEXT = "Zo\u0301 ging 't: 👩🏽\u200d👧🏿 שלום."
CELLS = list(product(LEVELS, POLARITIES))
RANK = ["embedded", "model", "participant", "researcher"]  # lowest first, said anew here
ORIGINS = ["embedded", "model:a", "model:b", "participant", "researcher:an", "researcher:bo"]

spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT))).filter(
    lambda span: span[0] < span[1]
)
tags = st.builds(lambda cell, span: tag(*cell, *span), st.sampled_from(CELLS), spans)
made_codings = st.builds(
    lambda origin, coder, some: coding(origin, *some, coder=coder),
    st.sampled_from(ORIGINS),
    st.sampled_from(["v1", "v2"]),
    st.lists(tags, max_size=3),
)
answers = st.sampled_from(
    [said(TEXT), said(TEXT), Answer(kind="skip"), Answer(kind="unclear", text=TEXT)]
)


@dataclass(frozen=True)
class Story:
    """A few interviews, and the order in which their answers are coded."""

    answers: list[list[Answer]]
    quotable: list[bool]
    codings: list[tuple[int, int, Coding]]

    def codable(self) -> Iterator[tuple[int, int, Coding]]:
        """The codings that can be: of an answer that is there, with tags only on text."""
        for who, seq, made in self.codings:
            if who < len(self.answers) and seq < len(self.answers[who]):
                has_text = bool(self.answers[who][seq].text)
                yield who, seq, made if has_text else made.model_copy(update={"tags": ()})


stories = st.builds(
    Story,
    st.lists(st.lists(answers, min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), made_codings), max_size=12),
)


def counting(story: Story) -> list[tuple[int, int, Coding]]:
    """The coding of each answer that counts, in the order in which they were made."""
    kept: dict[tuple[int, int, str, str], Coding] = {}
    for who, seq, made in story.codable():
        kept.setdefault((who, seq, made.origin, made.coder), made)
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for order, (who, seq, origin, _coder) in enumerate(kept):
        weight = (RANK.index(origin.split(":")[0]), order)
        best[who, seq] = max(weight, best.get((who, seq), weight))
    chosen = sorted(order for _weight, order in best.values())
    listed = list(kept.items())
    return [(listed[n][0][0], listed[n][0][1], listed[n][1]) for n in chosen]


def naive_findings(story: Story, at_most: int) -> Findings:
    """What findings should be, counted the long way."""
    texts = [(w, a) for w, own in enumerate(story.answers) for a in own if a.kind == "text"]
    found = [c for c in counting(story) if story.answers[c[0]][c[1]].kind == "text"]
    counts, stretches = [], []
    for cell in CELLS:
        carrying = [c for c in found if any((t.level, t.polarity) == cell for t in c[2].tags)]
        people = {who for who, _seq, _made in carrying}
        counts.append(
            LevelCount(level=cell[0], polarity=cell[1], people=len(people), answers=len(carrying))
        )
        shown = [
            CodedStretch(
                level=cell[0],
                polarity=cell[1],
                text=TEXT[one.start : one.end],
                role="resident",
                origin=made.origin,
            )
            for who, _seq, made in reversed(carrying)
            if story.quotable[who]
            for one in made.tags
            if (one.level, one.polarity) == cell
        ]
        stretches += shown[:at_most]
    return Findings(
        interviews=len({who for who, _answer in texts}),
        answers=len(texts),
        counts=tuple(counts),
        stretches=tuple(stretches),
    )


def tell(store: SqlStore, story: Story) -> list[str]:
    """Store the story: half the permissions to quote come before the codings, half after."""
    names = [f"interview {next(_numbers)}" for _ in story.answers]
    for name, own in zip(names, story.answers, strict=True):
        store.create(interview(name), turn(0), f"code of {name}")
        for seq, answer in enumerate(own):
            store.record_answer(name, seq, answer)
            store.move_on(name, turn(seq + 1))
    for who in range(0, len(names), 2):
        store.set_status(names[who], "finished", story.quotable[who])
    for who, seq, made in story.codable():
        store.move_on(names[who], turn(len(story.answers[who])), [(seq, made)])
    for who in range(1, len(names), 2):
        store.set_status(names[who], "finished", story.quotable[who])
    return names


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories, at_most=st.integers(0, 4))
def test_findings_are_what_a_naive_count_finds(store: SqlStore, story: Story, at_most: int) -> None:
    """Whatever is coded by whom in whatever order: the highest authority counts, then the newest.

    And the derived columns follow, and forgetting all leaves nothing. (The store is one for all
    examples; each leaves it empty.)
    """
    names = tell(store, story)

    assert store.findings(at_most) == naive_findings(story, at_most)
    assert list(store.check()) == []
    for name in names:
        store.forget(name)
    assert rows_left(store) == {}


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(made_codings, min_size=1, max_size=8))
def test_exactly_one_coding_of_an_answer_counts(store: SqlStore, made: list[Coding]) -> None:
    """After each coding the one that counts has the most authority and is the newest of those."""
    name = f"interview {next(_numbers)}"
    begin(store, name, TEXT)
    for one in made:
        store.move_on(name, turn(1), [(0, one)])
        with store.database.reading() as connection:
            rows = connection.execute(select(codings).filter_by(interview_id=name)).all()

        assert [row.id for row in rows if row.counts] == [max((r.authority, r.id) for r in rows)[1]]


def test_an_empty_store_finds_nothing_in_six_cells(store: SqlStore) -> None:
    """All six cells are there, in the order of the records, before anyone has answered."""
    found = store.findings(5)

    assert [(c.level, c.polarity) for c in found.counts] == CELLS
    assert {(c.people, c.answers) for c in found.counts} == {(0, 0)}
    assert (found.interviews, found.answers, found.stretches) == (0, 0, ())


def test_stretches_are_the_newest_codings_first(store: SqlStore) -> None:
    """Of each cell at most so many, the last one coded at the head; in a coding by their order."""
    for name in ("anna", "bo", "cas"):
        begin(store, name, f"{name} zei ja")
        store.set_status(name, "finished", quotable=True)
    for name, origin in [("bo", "embedded"), ("cas", "embedded"), ("anna", "embedded")]:
        two = [tag("policy", "continuity", 0, 3), tag("policy", "continuity", 1, 3)]
        store.move_on(name, turn(1), [(0, coding(origin, *two))])

    assert [s.text for s in store.findings(5).stretches] == ["ann", "nn", "cas", "as", "bo "]
    assert [s.text for s in store.findings(1).stretches] == ["ann"]
    store.move_on("bo", turn(1), [(0, coding("participant", tag("policy", "continuity", 0, 2)))])
    assert [s.text for s in store.findings(2).stretches] == ["bo", "ann"]


def test_each_answer_counts_once_in_each_cell_it_has(store: SqlStore) -> None:
    """Two tags in one cell are one answer, another answer in it is one more; only text counts.

    A coding that takes the place of another takes an answer from the cells it does not have. (Said
    beside the law above: chance seldom makes these cases.)
    """
    policy, relational = tag("policy", "continuity"), tag("relational", "discontinuity")
    begin(store)
    for seq, answer in enumerate([said(TEXT), Answer(kind="unclear", text=TEXT), said(TEXT)]):
        store.record_answer("anna", seq, answer)
        made = coding("embedded", policy, relational, policy)
        store.move_on("anna", turn(seq + 1), [(seq, made)])
    assert [count.answers for count in store.findings(1).counts] == [0, 2, 0, 0, 2, 0]
    assert list(store.check()) == []

    store.move_on("anna", turn(3), [(0, coding("participant", policy))])

    assert [count.answers for count in store.findings(1).counts] == [0, 2, 0, 0, 1, 0]
    assert list(store.check()) == []


def test_a_withdrawn_permission_hides_what_was_shown(store: SqlStore) -> None:
    """Who takes back the permission to quote is counted still, and quoted no more."""
    begin(store, text=TEXT)
    store.set_status("anna", "finished", quotable=True)
    store.move_on("anna", turn(1), [(0, coding("embedded", tag("policy", "continuity", 0, 4)))])
    assert [stretch.text for stretch in store.findings(9).stretches] == ["Zo\u0301 "]

    store.set_status("anna", "finished", quotable=False)

    assert store.findings(9).stretches == ()
    assert store.findings(9).counts[1].people == 1


def test_doctor_sees_counts_that_do_not_follow(store: SqlStore) -> None:
    """Each derived value that was changed behind the store's back is reported."""
    begin(store, text=TEXT)
    store.move_on("anna", turn(1), [(0, coding("embedded", tag("policy", "continuity")))])
    for spoil, mend in [
        ("UPDATE codings SET counts = FALSE", "UPDATE codings SET counts = TRUE"),
        ("UPDATE tags SET shown = TRUE", "UPDATE tags SET shown = FALSE"),
        ("UPDATE interviews SET text_answers = 7", "UPDATE interviews SET text_answers = 1"),
        ("UPDATE tallies SET answers = 7", "UPDATE tallies SET answers = 1"),
    ]:
        with store.database.writing() as connection:
            connection.exec_driver_sql(spoil)
        assert [line for line in store.check() if "counts do not follow" in line], spoil
        with store.database.writing() as connection:
            connection.exec_driver_sql(mend)
        assert list(store.check()) == []
