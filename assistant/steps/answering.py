"""Taking in what a person sends: cleaned, checked against what was asked, de-identified."""

from __future__ import annotations

import unicodedata
from typing import Literal

from assistant.errors import AnswerDoesNotFit, AnswerTooLong, EmptyAnswer
from assistant.ports import Redactor
from assistant.records import Answer, Lang, Move, Phrases, Reply

_OPEN_MOVES = {"ask", "probe", "rephrase"}
_STANDS_ALONE = {"confirm", "none"}
# Zero-width joiners hold emoji and Persian or Arabic words together; all other format
# characters (direction overrides among them) are invisible and can make a text lie.
_BLANK_LETTERS = set("\u2800\u3164\u115f\u1160\uffa0")  # counted as letters, drawn as nothing
_KEPT_FORMAT = {"\u200c", "\u200d"}


def cleaned(text: str) -> str:
    """`text` in NFC, without control and invisible characters, with plain line ends, stripped.

    Linear in the length of `text`; never raises, whatever the code points.
    """
    # Line ends first: a lone carriage return is a control character to what follows.
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(_kept(character) for character in plain)
    return unicodedata.normalize("NFC", kept).strip()


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":  # half of a surrogate pair: no database can store it
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Cc" and character != "\n":
        return ""
    return "" if category == "Cf" and character not in _KEPT_FORMAT else character


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS


def meant_as(text: str, phrases: Phrases, lang: Lang) -> Literal["skip", "unclear", "stop"] | None:
    """What typed words stand for ("overslaan"), or None for an account.

    Only when the whole text is such a phrase: "ik heb dat overslaan vaak gedaan" is an account.
    """
    bare = cleaned(text).casefold().strip(" .!?\"'")
    kinds: tuple[Literal["skip", "unclear", "stop"], ...] = ("skip", "unclear", "stop")
    return next((kind for kind in kinds if bare in phrases.typed(kind, lang)), None)


def receive(move: Move, reply: Reply, redactor: Redactor, limit: int) -> Answer:
    """The reply as it may be kept. `limit` is in characters.

    Raises EmptyAnswer, AnswerTooLong or AnswerDoesNotFit; then nothing is kept.
    """
    if reply.kind == "choice":
        return _chosen(move, reply)
    if reply.kind == "text":
        return _told(move, reply, redactor, limit)
    if move.kind == "close" or (reply.kind == "unclear" and move.kind not in _OPEN_MOVES):
        raise AnswerDoesNotFit(f"a {move.kind} move takes no {reply.kind}")
    return Answer(kind=reply.kind)


def _chosen(move: Move, reply: Reply) -> Answer:
    known = [option.id for option in move.options]
    chosen = tuple(option for option in known if option in reply.choices)
    if not chosen or len(chosen) != len(reply.choices):
        raise AnswerDoesNotFit("choose from the options that are shown")
    if len(chosen) > 1 and (not move.several or _STANDS_ALONE & set(chosen)):
        raise AnswerDoesNotFit("choose one option")
    return Answer(kind="choice", choices=chosen)


def _told(move: Move, reply: Reply, redactor: Redactor, limit: int) -> Answer:
    if move.kind not in _OPEN_MOVES:
        raise AnswerDoesNotFit(f"a {move.kind} move takes a choice, not text")
    text = cleaned(reply.text)
    if not any(_is_seen(character) for character in text):
        raise EmptyAnswer("the answer is empty")
    if len(text) > limit:
        raise AnswerTooLong(
            f"the answer has {len(text)} characters; {limit} are kept",
            length=len(text),
            limit=limit,
        )
    redaction = redactor.redact(text)
    labels = tuple(span.label for span in redaction.spans)
    return Answer(kind="text", text=redaction.text, redacted=labels)
