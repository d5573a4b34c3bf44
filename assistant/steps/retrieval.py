"""When a passage is fitting, and which: after a person's own account of a topic, never before."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ports import Retriever
from assistant.records import Citation, Library, Move, Passage, PassageKind, Turn

SPARE = 2  # passages asked for beyond those shown already: each costs a person waiting time
LEAST_WORDS = 6  # fewer are no account: "dat weet ik niet meer"
ESSAY: tuple[PassageKind, ...] = ("essay",)


def query_for(move: Move, turns: Sequence[Turn]) -> str | None:
    """What to look up before `move` is shown: the account of the topic it leaves behind, if any.

    Only where a new topic opens or the questions end, so that a passage can colour no answer on
    the topic it is about.
    """
    before = [turn for turn in turns if turn.move.kind in ("ask", "probe", "rephrase")]
    if move.kind in ("ask", "check", "tap") and before and before[-1] is turns[-1]:
        topic = before[-1].move.topic
        told = [
            turn.answer.text
            for turn in before
            if turn.move.topic == topic and turn.answer and turn.answer.kind == "text"
        ]
        account = "\n".join(told)
        return account if len(account.split()) >= LEAST_WORDS else None
    return None


def with_passage(move: Move, turns: Sequence[Turn], retriever: Retriever, library: Library) -> Move:
    """`move` with the passage that fits the account it follows; no passage is shown twice.

    Only a passage of the essay, and only one that stands in `library` word for word: whatever an
    index or a vendor made of it, no other text is ever shown as a quotation.
    """
    query = query_for(move, turns)
    if query is None:
        return move
    shown = {turn.move.citation.id for turn in turns if turn.move.citation}
    for passage in retriever.search(query, len(shown) + SPARE, ESSAY):
        citation = quoted(passage, library)
        if citation and citation.id not in shown:
            return move.model_copy(update={"citation": citation})
    return move


def quoted(passage: Passage, library: Library) -> Citation | None:
    """The passage as a quotation; None when it is not of the essay, or not as the essay has it."""
    if passage.kind != "essay" or passage.chapter is None or passage.page is None:
        return None
    fields = passage.model_dump(include=set(Citation.model_fields))
    citation = Citation.model_validate(fields)
    return citation if library.holds(citation) else None
