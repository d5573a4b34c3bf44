"""What the library's search is made of, as one version: kept with everything it found."""

from __future__ import annotations

from hashlib import sha256

from assistant.records import Expansions, Library

# Counts up whenever the same files would give other finds.
ALGORITHM = "library.v2"


def library_version(library: Library, expansions: Expansions) -> str:
    """The version of a search over these. Cheap: nothing is opened or imported for it."""
    what = f"{ALGORITHM} {library.version} {expansions.version}"
    return f"{ALGORITHM}.{sha256(what.encode()).hexdigest()[:8]}"
