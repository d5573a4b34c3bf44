"""How much of a file is read, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """The most that reading one file may take. Beyond it the file is refused, never cut short.

    `file_bytes` is checked before anything is read; `unpacked_bytes`, `parts` and `ratio`
    (unpacked to packed, above `ratio_from_bytes`) hold for a file that is a ZIP archive, counted
    while it is unpacked. `seconds` is by the clock on the wall, `memory_bytes` address space of
    the reading process, where the system can limit that (Linux).
    """

    file_bytes: int = 50 * MEGABYTE
    pages: int = 3_000
    characters: int = 5_000_000
    unpacked_bytes: int = 200 * MEGABYTE
    parts: int = 5_000
    ratio: int = 100
    ratio_from_bytes: int = 10 * MEGABYTE
    depth: int = 256  # elements within elements
    seconds: float = 300.0
    memory_bytes: int = 1_500 * MEGABYTE
