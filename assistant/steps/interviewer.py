"""The embedded interviewer: code decides the move, the guide has the words.

`next_move` is a pure function of what was said so far. It keeps no state of its own, so an
interview can be taken up again at any turn, anywhere. Its laws: it always ends, asks nothing
twice, and never asks more than the guide's `questions_at_most`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.records import (
    Coding,
    Cues,
    Element,
    Guide,
    Lang,
    Move,
    Option,
    Probe,
    Progress,
    Said,
    Tap,
    Topic,
    Turn,
)

VERSION = "embedded.v1"
FEW_WORDS = 5
MANY_WORDS = 150


@dataclass(frozen=True)
class History:
    """What was said so far, seen with the guide it is held by.

    `noted` gives, by turn number, the coding that counts for its answer.
    """

    guide: Guide
    cues: Cues
    lang: Lang
    turns: Sequence[Turn]
    noted: dict[int, Coding]

    @property
    def asked(self) -> set[str]:
        """The prompts that were put."""
        return {turn.move.prompt for turn in self.turns}

    @property
    def last(self) -> Turn:
        """The latest turn."""
        return self.turns[-1]

    def told(self, topic: str) -> list[str]:
        """The person's own words on a topic, in order."""
        return [
            turn.answer.text
            for turn in self.turns
            if turn.move.topic == topic and turn.answer and turn.answer.kind == "text"
        ]

    @property
    def questions(self) -> int:
        """How many open questions were put; the same in simpler words is not another."""
        return sum(turn.move.kind in ("ask", "probe") for turn in self.turns)

    @property
    def topics_left(self) -> list[Topic]:
        """The topics that were not opened yet."""
        asked = self.asked
        return [topic for topic in self.guide.topics if f"{topic.id}.ask" not in asked]


def next_move(history: History) -> Move:
    """The move that follows; the first phase that has something to do decides."""
    phases: tuple[Callable[[History], Move | None], ...] = (
        _in_simpler_words,
        _tap,
        _probe,
        _topic,
        _check,
        _quotation,
    )
    for phase in phases:
        move = phase(history)
        if move is not None:
            return move if history.turns else _opened(history, move)
    return _closing(history)


def progress(history: History) -> Progress:
    """Topics left behind, out of all topics and the round-off after them."""
    total = len(history.guide.topics) + 1
    if history.turns and history.last.move.kind == "close":
        return Progress(done=total, total=total)
    opened = len(history.guide.topics) - len(history.topics_left)
    topics = {topic.id for topic in history.guide.topics}
    rounding_off = not history.topics_left and history.last.move.topic not in topics
    return Progress(done=opened if rounding_off else max(0, opened - 1), total=total)


def missing(told: Sequence[str], topic: Topic, cues: Cues, lang: Lang) -> list[Element]:
    """The elements an account of `topic` needs and `told` shows no cue for, in order of worth."""
    words = " " + " ".join(" ".join(told).casefold().split()) + " "
    known = cues.nl if lang == "nl" else cues.en
    return [
        element
        for element in topic.needs
        if not any(f" {cue}" in words for cue in known.get(element, ()))
    ]


def _opened(history: History, move: Move) -> Move:
    opening = history.guide.opening.in_(history.lang)
    return move.model_copy(update={"text": f"{opening}\n\n{move.text}"})


def _in_simpler_words(history: History) -> Move | None:
    if not history.turns:
        return None
    move, answer = history.last.move, history.last.answer
    if answer is None or answer.kind != "unclear" or move.kind not in ("ask", "probe"):
        return None
    words = _simpler(history.guide, move)
    return Move(
        kind="rephrase",
        topic=move.topic,
        prompt=f"{move.prompt}.simpler",
        text=words.in_(history.lang),
    )


def _simpler(guide: Guide, move: Move) -> Said:
    topic = next(topic for topic in guide.topics if topic.id == move.topic)
    if move.kind == "ask":
        return topic.simpler
    return next(p.simpler for p in topic.probes if f"{topic.id}.{p.id}" == move.prompt)


def _tap(history: History) -> Move | None:
    asked = history.asked
    for tap in history.guide.taps:
        if f"tap.{tap.id}" not in asked:
            return _tapped(tap, f"tap.{tap.id}", history.lang)
    return None


def _tapped(tap: Tap, prompt: str, lang: Lang) -> Move:
    options = tuple(Option(id=option.id, label=option.label.in_(lang)) for option in tap.options)
    return Move(
        kind="tap", topic=tap.id, prompt=prompt, text=tap.question.in_(lang), options=options
    )


def _probe(history: History) -> Move | None:
    topic = next((t for t in history.guide.topics if t.id == history.last.move.topic), None)
    answer = history.last.answer
    if topic is None or answer is None or not _room_for_a_probe(history, topic):
        return None
    if answer.kind == "text":
        probe = _most_valuable(history, topic, words=len(answer.text.split()))
    else:  # not understood, in simpler words neither: an easier question, before it is let go
        probe = _easier(history, topic) if answer.kind == "unclear" else None
    if probe is None:
        return None
    return Move(
        kind="probe",
        topic=topic.id,
        prompt=f"{topic.id}.{probe.id}",
        text=probe.question.in_(history.lang),
    )


def _room_for_a_probe(history: History, topic: Topic) -> bool:
    """Bounds: so many probes a topic, and a question kept in hand for every topic to come."""
    probed = sum(t.move.kind == "probe" and t.move.topic == topic.id for t in history.turns)
    in_hand = history.guide.questions_at_most - history.questions - len(history.topics_left)
    return probed < topic.probes_at_most and in_hand > 0


def _most_valuable(history: History, topic: Topic, words: int) -> Probe | None:
    """An easier question after a few words, nothing after many, else the first thing missing."""
    open_probes = _open_probes(history, topic)
    if words < FEW_WORDS:
        if history.last.move.kind == "probe":  # one easier question, then on
            return None
        easier = _easier(history, topic)
        if easier:
            return easier
    told = history.told(topic.id)
    if sum(len(text.split()) for text in told) > MANY_WORDS:
        return None
    for element in missing(told, topic, history.cues, history.lang):
        for probe in open_probes:
            if probe.asks_for == element:
                return probe
    return None


def _open_probes(history: History, topic: Topic) -> list[Probe]:
    asked = history.asked
    return [probe for probe in topic.probes if f"{topic.id}.{probe.id}" not in asked]


def _easier(history: History, topic: Topic) -> Probe | None:
    return next((p for p in _open_probes(history, topic) if p.asks_for is None), None)


def _topic(history: History) -> Move | None:
    for topic in history.topics_left:
        return Move(
            kind="ask",
            topic=topic.id,
            prompt=f"{topic.id}.ask",
            text=topic.question.in_(history.lang),
        )
    return None


def _check(history: History) -> Move | None:
    last = history.last
    if last.move.kind == "check" and last.answer and last.answer.kind == "skip":
        return None  # who passes one over is not asked to look at the rest
    checked = {turn.move.about for turn in history.turns if turn.move.kind == "check"}
    for turn in history.turns:
        coding = history.noted.get(turn.seq)
        if coding is not None and coding.tags and turn.seq not in checked:
            return _checking(history, turn.seq)
    return None


def _checking(history: History, seq: int) -> Move:
    words, lang = history.guide.check, history.lang
    return Move(
        kind="check",
        topic="check",
        prompt=f"check.{seq}",
        text=words.question.in_(lang),
        options=(
            Option(id="confirm", label=words.confirm.in_(lang)),
            Option(id="none", label=words.none.in_(lang)),
            *(Option(id=o.id, label=o.label.in_(lang)) for o in words.options),
        ),
        several=True,
        about=seq,
    )


def _quotation(history: History) -> Move | None:
    tap = history.guide.quotation
    told = any(turn.answer and turn.answer.kind == "text" for turn in history.turns)
    if tap.id in history.asked or not told:
        return None
    return _tapped(tap, tap.id, history.lang)


def _closing(history: History) -> Move:
    return Move(
        kind="close",
        topic="close",
        prompt="close",
        text=history.guide.closing.in_(history.lang),
    )
