"""Text cut into words, clauses and sentences, each knowing where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SENTENCE_AT_MOST = 60  # words; a longer run is cut, so that work per sentence stays bounded
_WORD_AT_MOST = 40  # characters looked at
# One class per alternative and no nesting that overlaps, so matching is linear. A placeholder of
# the redactor is one word, with the form "[label]"; marks and invisible characters are in words.
_PIECE = re.compile(
    r"(?P<hidden>\[[^\[\]\s]{1,20} \d{1,6}\])"
    r"|(?P<word>[\w\u0300-\u036f\u200b-\u200d\u00ad]+(?:['’`´][\w\u0300-\u036f]+)*)"
    r"|(?P<stop>[.!?…]+(?=[\s\"'”’)]|$)|;)"
    r"|(?P<pause>[,:()\[\]\n–—•])"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at [start, end) of the text; `form` is its folded spelling.

    `clause` numbers the part of the sentence, between pauses, that it stands in. `capital`: it
    begins with a capital though the sentence does not begin here, as names do.
    """

    start: int
    end: int
    form: str
    clause: int
    capital: bool = False


def folded(word: str) -> str:
    """`word` without case, accents, apostrophes and invisible characters, at most 40 long."""
    plain = word[:_WORD_AT_MOST].lower()
    if plain.isascii():
        return plain.replace("'", "").replace("`", "")
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in apart if c.isalnum()).lower()


def sentences(text: str, clause_words: frozenset[str]) -> Iterator[list[Word]]:
    """The sentences of `text` that hold a word. `clause_words` (folded) open a new clause."""
    held: list[Word] = []
    clause = 0
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "stop" or len(held) >= SENTENCE_AT_MOST:
            if held:
                yield held
            held, clause = [], 0
        if kind == "pause":
            clause += 1
        elif kind != "stop":
            written = piece.group()
            form = f"{written.split()[0]}]" if kind == "hidden" else folded(written)
            clause += form in clause_words
            capital = bool(held) and written[0].isupper() and written[1:2].islower()
            held.append(Word(piece.start(), piece.end(), form, clause, capital))
    if held:
        yield held
