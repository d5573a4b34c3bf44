"""One interview, turn by turn. `take_turn` is the whole flow.

Every step is safe to do again: whatever a crash cut off, `resume` finishes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.errors import AlreadyAnswered, AnswerDoesNotFit, UnknownCode
from assistant.house import House
from assistant.records import (
    Answer,
    Coder,
    Coding,
    Findings,
    Interview,
    InterviewStatus,
    Lang,
    Move,
    Reply,
    Role,
    Turn,
    View,
)
from assistant.steps import return_code
from assistant.steps.answering import meant_as, receive
from assistant.steps.checking import judged
from assistant.steps.interviewer import History, next_move, progress
from assistant.steps.retrieval import with_passage


@dataclass(frozen=True)
class Begun:
    """A new interview and its return code. The code is shown now and never kept."""

    view: View
    code: str


@dataclass(frozen=True)
class _Story:
    """An interview as far as it is on disk; `noted` is the coding it goes by, by turn."""

    interview: Interview
    turns: tuple[Turn, ...]
    noted: dict[int, Coding]


def begin(house: House, role: Role, lang: Lang) -> Begun:
    """A new interview with its first question. To be called once consent was given."""
    guide = house.newest_guide(role)
    interview = Interview(
        id=uuid.uuid4().hex,
        role=role,
        lang=lang,
        guide=guide.name,
        consent=house.consent.name,
        begun_on=house.clock.today(),
    )
    story = _Story(interview, (), {})
    story = replace(story, turns=(_turn(house, story, next_move(_history(house, story))),))
    code = return_code.new_code()
    house.store.create(interview, story.turns[0], return_code.hashed(code))
    return Begun(view=_view(house, story), code=code)


def take_turn(house: House, view: View, reply: Reply) -> View:
    """One turn: the reply is taken in and kept, then coded, then the next move is made.

    `view` is what the person looked at. The store keeps an answer only to a turn that has none, so
    a view that is no longer true (another tab went on, the interview was deleted) changes nothing.
    The answer is on disk before anything slow happens; sent twice, it is kept once. Raises a
    ParticipantError when the reply cannot be taken and a StoreError when it cannot be kept; then
    nothing was changed.
    """
    story = _Story(view.interview, view.turns, view.codings)
    asked, meant = _asked(story, reply), _meant(house, story, reply)
    if meant == "stop":
        return stop(house, story.interview.id)
    answer = receive(asked.move, meant, house.redactor, house.answer_limit)
    if not house.store.record_answer(story.interview.id, asked.seq, answer):
        return _said_before(house, story.interview.id, asked.seq, answer)
    answered = (*story.turns[:-1], asked.model_copy(update={"answer": answer}))
    going_on = story.interview.model_copy(update={"status": "open"})
    return _carry_on(house, replace(story, interview=going_on, turns=answered))


def resume(house: House, interview_id: str) -> View:
    """Where the interview stands; what a crash cut off after an answer was kept is done first."""
    return _carry_on(house, _story(house, interview_id))


def stop(house: House, interview_id: str) -> View:
    """The person stops for now. All that was told is kept and the code leads back to here."""
    return _standing(house, interview_id, "open", "stopped")


def go_on(house: House, interview_id: str) -> View:
    """The person goes on after stopping, at the question that stood open."""
    return _standing(house, interview_id, "stopped", "open")


def find_by_code(house: House, code: str) -> str:
    """The id of the interview a return code opens.

    Raises UnknownCode, in the same words and time, for a wrong, foreign or malformed code.
    """
    interview_id = house.store.find_by_key(return_code.hashed(code), "code")
    if interview_id is None:
        raise UnknownCode("no interview goes by this code")
    return interview_id


def code_as_shown(code: str) -> str:
    """A code as it was given out, however it was typed."""
    return return_code.as_shown(code)


def another_code(house: House, interview_id: str) -> str:
    """One more return code, for who has lost sight of the first; earlier ones stay good."""
    code = return_code.new_code()
    house.store.add_key(interview_id, return_code.hashed(code), "code")
    return code


def find_by_browser(house: House, key: str) -> str | None:
    """The id of the interview that is under way in the browser with this cookie, if any."""
    return house.store.find_by_key(return_code.hashed_browser_key(key), "browser")


def remember_browser(house: House, interview_id: str, key: str) -> None:
    """Let this browser find its way back after a reload; one interview for each browser."""
    other = find_by_browser(house, key)
    if other is not None:
        forget_browser(house, other, key)
    house.store.add_key(interview_id, return_code.hashed_browser_key(key), "browser")


def forget_browser(house: House, interview_id: str, key: str) -> None:
    """This browser no longer leads to this interview; to another it may, from another tab."""
    house.store.drop_key(interview_id, return_code.hashed_browser_key(key))


def forget(house: House, interview_id: str) -> None:
    """Delete an interview and all that hangs on it."""
    house.store.forget(interview_id)


def findings(house: House) -> Findings:
    """What the interviews show together."""
    return house.store.findings(house.stretches_per_cell)


def _standing(
    house: House, interview_id: str, before: InterviewStatus, after: InterviewStatus
) -> View:
    """The view of an interview that was at `before` and now is at `after`; else as it is."""
    view = resume(house, interview_id)
    if view.interview.status != before:
        return view
    house.store.set_status(interview_id, after)
    changed = view.interview.model_copy(update={"status": after})
    return view.model_copy(update={"interview": changed})


def _story(house: House, interview_id: str) -> _Story:
    codings = house.store.codings(interview_id)
    return _Story(
        interview=house.store.interview(interview_id),
        turns=house.store.turns(interview_id),
        noted={seq: noted for seq, given in codings.items() if (noted := _noted(given))},
    )


def _noted(given: Sequence[Coding]) -> Coding | None:
    """The coding an interview goes by: the person's own, or else what was noted at the time.

    What a model, a researcher or a newer tagger says later counts in the findings. Here it would
    change, from one moment to the next, what is asked and what a check that stands open is about.
    """
    own = [coding for coding in given if coding.origin == "participant"]
    at_the_time = [coding for coding in given if coding.origin == "embedded"]
    return next(iter((*reversed(own), *at_the_time)), None)


def _asked(story: _Story, reply: Reply) -> Turn:
    if reply.seq >= len(story.turns):
        raise AnswerDoesNotFit("that question was not put yet")
    return story.turns[reply.seq]


def _meant(house: House, story: _Story, reply: Reply) -> Reply | Literal["stop"]:
    """A reply that consists of the words "overslaan" is a skip, and so on."""
    if reply.kind != "text":
        return reply
    meant = meant_as(reply.text, house.phrases, story.interview.lang)
    if meant is None or meant == "stop":
        return meant or reply
    return Reply(seq=reply.seq, kind=meant)


def _said_before(house: House, interview_id: str, seq: int, answer: Answer) -> View:
    """A second click is the same answer and does nothing; other words are refused, not mixed in."""
    view = resume(house, interview_id)
    if view.turns[seq].answer != answer:
        raise AlreadyAnswered("this question was answered before; the first answer stands")
    return view


def _carry_on(house: House, story: _Story) -> View:
    """From a kept answer to the next question: code, choose, look up, keep."""
    if story.turns[-1].answer is None:
        return _view(house, story)
    codings = _codings(house, story)
    story = replace(story, noted=story.noted | dict(codings))
    move = next_move(_history(house, story))
    if house.consent.allows_search(story.interview.consent):
        move = with_passage(move, story.turns, house.retriever, house.library)
    story = _settled(house, story, move)
    following = _turn(house, story, move)
    due = _due(house, story)
    if not house.store.move_on(story.interview.id, following, codings, due):
        return _view(house, _story(house, story.interview.id))
    if due:
        house.bell.set()
    return _view(house, replace(story, turns=(*story.turns, following)))


def _codings(house: House, story: _Story) -> list[tuple[int, Coding]]:
    """What the last answer says: coded by the tagger, or by the person in a check."""
    last, interview = story.turns[-1], story.interview
    if last.answer is None:
        return []
    if last.answer.kind == "text":
        return [(last.seq, house.tagger.tag(last.answer.text, interview.lang))]
    if last.move.kind == "check" and last.move.about is not None:
        about = last.move.about
        own = judged(last.answer, story.noted[about], house.codebook.name)
        return [(about, own)] if own else []
    return []


def _due(house: House, story: _Story) -> list[tuple[int, Coder]]:
    """An answer in words waits for the slow coder; the person does not.

    Only of who agreed to that: an interview begun before the model was set stays without it.
    """
    last = story.turns[-1]
    if house.slow_coder is None or last.answer is None or last.answer.kind != "text":
        return []
    if not house.consent.allows_coding(story.interview.consent):
        return []
    return [(last.seq, house.slow_coder)]


def _settled(house: House, story: _Story, move: Move) -> _Story:
    """The interview's own standing kept up: going on after a stop, and finished at the close."""
    status = "finished" if move.kind == "close" else "open"
    asked = house.guide_of(story.interview).quotation.id
    quotable = any(
        turn.move.prompt == asked and turn.answer is not None and turn.answer.choices == ("yes",)
        for turn in story.turns
    )
    changes = {"status": status, "quotable": quotable}
    settled = story.interview.model_copy(update=changes)
    if settled != story.interview:
        house.store.set_status(settled.id, settled.status, quotable)
    return replace(story, interview=settled)


def _turn(house: House, story: _Story, move: Move) -> Turn:
    versions = house.versions(house.guide_of(story.interview))
    return Turn(seq=len(story.turns), move=move, versions=versions)


def _history(house: House, story: _Story) -> History:
    return History(
        guide=house.guide_of(story.interview),
        cues=house.cues,
        lang=story.interview.lang,
        turns=story.turns,
        noted=story.noted,
    )


def _view(house: House, story: _Story) -> View:
    return View(
        interview=story.interview,
        turns=story.turns,
        codings=story.noted,
        progress=progress(_history(house, story)),
    )
