"""The rules held against one sentence: what it shows, where, and which way round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.records import Level, Polarity
from assistant.records.tagger import TaggerLists, TagRule
from assistant.steps.tagging.lexicon import Hit
from assistant.steps.tagging.words import Word

_OTHER: dict[Polarity, Polarity] = {
    "continuity": "discontinuity",
    "discontinuity": "continuity",
}
_NOT_BEFORE = 4  # words a negation may stand before what it denies
_NOT_AFTER = 3
_TURNED = 0.85  # a reading turned by a negation, irony or the past is a little less certain
_AVOIDED = 0.65  # trouble that a wish wants to be rid of says less about its own level


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds: `start`/`end` are code points in the text, `sentence` its number.

    `past`: the sentence tells of what was.
    """

    level: Level
    polarity: Polarity
    start: int
    end: int
    weight: float
    rule: int
    sentence: int
    past: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One sentence with the ideas it holds."""

    number: int
    words: Sequence[Word]
    hits: Mapping[str, Sequence[Hit]]

    def holds(self, slot: str) -> bool:
        """Whether any idea of `a|b` is in this sentence."""
        return any(name in self.hits for name in slot.split("|"))

    def where(self, slot: str) -> list[Hit]:
        """Every place of any idea of `a|b`."""
        return [hit for name in slot.split("|") for hit in self.hits.get(name, ())]


@dataclass(frozen=True, slots=True)
class _Match:
    """The hits of a rule that lie closest together, and the stretch they span."""

    first: int
    last: int
    hits: tuple[Hit, ...]


class RuleBook:
    """All rules, found by the ideas they start from."""

    def __init__(self, lists: TaggerLists) -> None:
        self._by_idea: dict[str, list[int]] = {}
        self._rules: list[tuple[Level, Polarity, TagRule]] = [
            (level, polarity, rule)
            for level, by_polarity in lists.rules.items()
            for polarity, rules in by_polarity.items()
            for rule in rules
        ]
        for number, (_, _, rule) in enumerate(self._rules):
            for name in rule.when[0].split("|"):
                self._by_idea.setdefault(name, []).append(number)

    def findings(self, seen: Seen, answer: Collection[str]) -> Iterator[Finding]:
        """What holds in `seen`; `answer` are the ideas of the whole answer."""
        for number in sorted({n for idea in seen.hits for n in self._by_idea.get(idea, ())}):
            level, polarity, rule = self._rules[number]
            match = _closest(rule, seen) if _allowed(rule, seen, answer) else None
            read = match and _read(rule, polarity, match, seen)
            if read:
                meant, weight, (first, last) = read
                start, end = seen.words[first].start, seen.words[last].end
                past = seen.holds("past")
                yield Finding(level, meant, start, end, weight, number, seen.number, past)


def _allowed(rule: TagRule, seen: Seen, answer: Collection[str]) -> bool:
    given = all(any(name in answer for name in slot.split("|")) for slot in rule.given)
    return given and not any(seen.holds(slot) for slot in rule.unless)


def _closest(rule: TagRule, seen: Seen) -> _Match | None:
    """The shortest stretch of the sentence that holds all of `rule.when`."""
    slots = [seen.where(slot) for slot in rule.when]
    if not all(slots):
        return None
    matches = (_around(anchor, slots[1:], rule.ordered) for anchor in slots[0])
    fitting = [m for m in matches if m is not None and m.last - m.first < rule.within]
    return min(fitting, key=lambda m: (m.last - m.first, m.first), default=None)


def _around(anchor: Hit, slots: Sequence[Sequence[Hit]], ordered: bool) -> _Match | None:
    """The stretch from `anchor` that takes in the nearest hit of every slot, none used twice."""
    first, last = anchor
    taken = [anchor]
    for slot in slots:
        after = last + 1 if ordered else 0
        free = [h for h in slot if h[0] >= after and all(h[1] < t[0] or h[0] > t[1] for t in taken)]
        if not free:
            return None
        near = min(free, key=lambda h: (max(last, h[1]) - min(first, h[0]), h[0]))
        taken.append(near)
        first, last = min(first, near[0]), max(last, near[1])
    return _Match(first, last, tuple(taken))


def _read(
    rule: TagRule, polarity: Polarity, match: _Match, seen: Seen
) -> tuple[Polarity, float, Hit] | None:
    """The polarity as meant, its weight, and the stretch with the negation that turned it."""
    stretch = _shown(rule, match)
    denied = None if rule.negated == "ignored" else _negation(rule, match, seen)
    if denied is not None and rule.negated == "cancels":
        return None
    wished = seen.holds("wish")
    if denied is not None and not (polarity == "continuity" and wished):
        share = _AVOIDED if wished else _TURNED
        stretch = min(stretch[0], denied), max(stretch[1], denied)
        return _OTHER[polarity], rule.weight * share, stretch
    if polarity == "continuity" and _is_over(seen):
        return _OTHER[polarity], rule.weight * _TURNED, stretch
    return polarity, rule.weight, stretch


def _shown(rule: TagRule, match: _Match) -> Hit:
    """The stretch that shows the level: a wish says how it is meant, not what."""
    shown = [hit for slot, hit in zip(rule.when, match.hits, strict=True) if slot != "wish"]
    return min(first for first, _ in shown), max(last for _, last in shown)


def _is_over(seen: Seen) -> bool:
    """Whether something steady is told as gone, or in irony beside a word of change."""
    gone = seen.holds("once|bereft") and not seen.holds("still|wish")
    return gone or (seen.holds("irony") and seen.holds("again"))


def _negation(rule: TagRule, match: _Match, seen: Seen) -> int | None:
    """The word that denies the match; None when there is none or they cancel out.

    It stands in the clause of a hit: shortly before it, or, when it is an adverb ("niet") and not
    a word that only denies what follows ("geen", "in plaats van"), shortly after. A negation that
    a phrase of the match holds already, or that a phrase says denies nothing ("niet alleen"),
    does not count.
    """
    taken = {
        i for hit in (*match.hits, *seen.where("not_really")) for i in range(hit[0], hit[1] + 1)
    }
    adverbs = [] if rule.negated == "before" else seen.where("not")
    denying = [at for at in adverbs if _stands(at, match, seen, after=_NOT_AFTER)]
    denying += [at for at in seen.where("not|none") if _stands(at, match, seen, after=0)]
    found = {first for first, _ in denying} - taken
    return min(found) if len(found) % 2 else None


def _stands(at: Hit, match: _Match, seen: Seen, after: int) -> bool:
    """Whether `at` stands in the clause of a hit, up to 4 words before it or `after` behind it."""
    return any(
        seen.words[at[0]].clause == seen.words[hit[0]].clause
        and (0 < hit[0] - at[0] <= _NOT_BEFORE or 0 < at[0] - hit[1] <= after)
        for hit in match.hits
    )
