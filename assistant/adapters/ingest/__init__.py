"""Reading a file that somebody gives us: its text, in chunks, or a clear refusal.

A file is taken in by `files` (is it an ordinary file, is it small enough), then read in a process
of its own (`reading`, `child`): `kinds` tells from its bytes what it is, `pdf`, `word`, `markup`
and `plain` give its paragraphs, `chunking` cuts those. What a file says is text, whatever it says.
"""

from assistant.adapters.ingest.characters import kept_line
from assistant.adapters.ingest.files import display_name, take
from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.pieces import Reading
from assistant.adapters.ingest.reading import Progress, read_bytes, read_document
from assistant.adapters.ingest.refusals import REASONS, refusal

__all__ = [
    "REASONS",
    "Limits",
    "Progress",
    "Reading",
    "display_name",
    "kept_line",
    "read_bytes",
    "read_document",
    "refusal",
    "take",
]
