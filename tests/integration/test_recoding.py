"""Coding again what is there: everything once, nothing twice, and what was coded before stays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import recoding
from assistant.adapters.sql import SqlStore, open_store
from assistant.errors import ModelMisbehaved
from assistant.records import Answer, Coder, Coding, JobCounts, Lang
from assistant.steps.rereading import every_answer
from tests.fakes import WordTagger
from tests.integration.stories import begin, coding, interview, said, turn
from tests.integration.test_cli import run
from tests.slow_taggers import MADE, SLOW, Model, crew, until

ROOT = Path(__file__).parents[2]
BEFORE = coding("embedded", coder="old.v1")
STORY = "Ik kreeg weer een nieuwe begeleider van het wijkteam"


class Heard:
    """What progress was told of."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def __call__(self, done: int, of: int) -> None:
        """One step."""
        self.steps.append((done, of))


class Remembering(WordTagger):
    """A tagger that knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def tag(self, text: str, lang: Lang) -> Coding:
        """As before."""
        self.asked.append(text)
        return super().tag(text, lang)


def tell(store: SqlStore, people: int, answers: int) -> None:
    """So many interviews of so many answers in words, coded by an old tagger, with a tap each."""
    for nr in range(people):
        name = f"person {nr:03}"
        begin(store, name)
        for seq in range(answers):
            store.record_answer(name, seq, said(f"{STORY}, zei {name} {seq}"))
            store.move_on(name, turn(seq + 1), [(seq, BEFORE)])
        store.record_answer(name, answers, Answer(kind="choice", choices=("yes",)))


def makers(store: SqlStore) -> list[list[Coder]]:
    """By whom each answer was coded, oldest first."""
    return [[one.made_by for one in answer.codings] for answer in every_answer(store)]


def test_the_newest_tagger_codes_what_it_did_not_code_yet(store: SqlStore) -> None:
    """Every answer in words, beyond one page too; the old coding stays, the new one counts."""
    tell(store, people=42, answers=5)
    store.add_coding("person 007", 1, WordTagger().tag("", "nl"))
    tagger, heard = Remembering(), Heard()

    done = recoding.by_tagger(store, tagger, heard)

    assert done == recoding.Recoded(WordTagger.coder, answers=210, had=1, coded=209)
    assert makers(store) == [[BEFORE.made_by, WordTagger.coder]] * 210
    assert heard.steps == [(number, 209) for number in range(1, 210)]
    assert list(store.check()) == []
    assert store.findings(1).counts[-2].answers == 209


def test_recoding_again_codes_nothing(store: SqlStore) -> None:
    """It is told that all had a coding; nobody is asked."""
    tell(store, people=2, answers=2)
    recoding.by_tagger(store, WordTagger(), Heard())
    tagger, heard = Remembering(), Heard()

    done = recoding.by_tagger(store, tagger, heard)

    assert (done.answers, done.had, done.coded) == (4, 4, 0)
    assert (tagger.asked, heard.steps) == ([], [])


def test_an_interview_forgotten_meanwhile_is_left_alone(store: SqlStore) -> None:
    """Recoding goes on with the others."""
    tell(store, people=3, answers=2)

    class Forgetting(WordTagger):
        def tag(self, text: str, lang: Lang) -> Coding:
            if text.endswith("person 001 0"):
                store.forget("person 001")
            return super().tag(text, lang)

    done = recoding.by_tagger(store, Forgetting(), Heard())
    assert done.coded == 4
    assert makers(store) == [[BEFORE.made_by, WordTagger.coder]] * 4


def _by_model(
    store: SqlStore,
    model: Model,
    heard: Heard | None = None,
    allowed: Callable[[str], bool] = lambda _consent: True,
) -> recoding.Recoded:
    workers = crew(store.queue, model, 2, allowed=allowed)
    slow = recoding.SlowCoding(store.queue, SLOW, allowed, workers.work_off)
    return recoding.by_slow_coder(store, slow, heard or Heard())


def test_a_model_codes_what_it_did_not_code_yet(store: SqlStore) -> None:
    """Each answer is asked about once; again, nobody is asked."""
    tell(store, people=8, answers=5)
    store.add_coding("person 003", 1, MADE)
    model, heard = Model(), Heard()

    done = _by_model(store, model, heard)

    assert done == recoding.Recoded(SLOW, answers=40, had=1, coded=39)
    assert makers(store) == [[BEFORE.made_by, SLOW]] * 40
    assert len(model.asked) == len(set(model.asked)) == 39
    assert heard.steps
    assert {of for _done, of in heard.steps} == {39}
    assert (_by_model(store, model).coded, len(model.asked)) == (0, 39)


def test_the_model_gets_no_answer_that_it_may_not_have(store: SqlStore) -> None:
    """Of people who agreed to other terms; it is said how many. Nothing waits for ever then."""
    tell(store, people=3, answers=2)
    newer = interview("newer").model_copy(update={"consent": "consent.v2:coding=here"})
    store.create(newer, turn(0), "code")
    store.record_answer("newer", 0, said("mag wel"))
    model = Model()

    done = _by_model(store, model, allowed=lambda agreed: agreed.endswith("coding=here"))

    assert done == recoding.Recoded(SLOW, answers=7, had=0, coded=1, given_up=0, withheld=6)
    assert model.asked == ["mag wel"]
    assert store.queue.counts(SLOW) == JobCounts(waiting=0, under_way=0, given_up=0)


def test_what_was_given_up_is_tried_anew(store: SqlStore) -> None:
    """It is said how many there are; when the model does better, they get their coding."""
    tell(store, people=2, answers=3)

    def odd(text: str, _before: int) -> Coding:
        if text.endswith("1"):
            raise ModelMisbehaved("What model:m wrote is no coding, twice.")
        return MADE

    first = _by_model(store, Model(odd))
    assert (first.coded, first.given_up) == (4, 2)
    second = _by_model(store, Model())
    assert (second.had, second.coded, second.given_up) == (4, 2, 0)


def test_what_a_killed_process_had_is_coded_when_its_lease_is_over(store: SqlStore) -> None:
    """Recoding waits for it, and takes it then."""
    tell(store, people=1, answers=3)
    store.queue.enqueue("person 000", [0, 1, 2], SLOW)
    store.queue.alive("killed", 0.5)
    assert len(store.queue.claim("killed", SLOW, 2)) == 2
    assert _by_model(store, Model()).coded == 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_recoding_that_is_killed_is_finished_by_doing_it_again(tmp_path: Path) -> None:
    """`lange-adem retag`, killed twice while it works: in the end every answer is coded once."""
    store = open_store(f"sqlite:///{tmp_path / 'lange-adem.sqlite'}")
    tell(store, people=60, answers=5)
    for enough in (30, 150):
        _killed_at(enough, store, tmp_path)
    killed_at = _coded(store)
    assert 150 <= killed_at < 300

    done = json.loads(run("retag", data=tmp_path).stdout)

    assert (done["answers"], done["had"], done["coded"]) == (300, killed_at, 300 - killed_at)
    newest = Coder(**{field: done[field] for field in Coder.model_fields})
    assert makers(store) == [[BEFORE.made_by, newest]] * 300
    store.close()


def _killed_at(enough: int, store: SqlStore, data: Path) -> None:
    """Let `retag` work until so many answers were coded in all; then kill -9."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "retag"],
        cwd=data,
        env={"PYTHONPATH": str(ROOT), "LANGE_ADEM_DATA_DIR": str(data)},
    )
    try:
        until(lambda: _coded(store) >= enough or process.poll() is not None)
    finally:
        process.kill()
    assert process.wait(10) == -9


def _coded(store: SqlStore) -> int:
    return sum(len(made) == 2 for made in makers(store))
