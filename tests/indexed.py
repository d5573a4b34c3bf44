"""The corpus index, built once for all tests that want the real one and not its building."""

from __future__ import annotations

from pathlib import Path

# Kept between runs. Its folders carry the version of what they were made from, so a change of the
# corpus or of the expansions is seen.
SHARED_INDEX = Path(__file__).parents[1] / ".pytest_cache" / "index"
