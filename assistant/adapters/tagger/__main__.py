"""`python -m assistant.adapters.tagger`: train the tagger anew (`make tagger`)."""

from __future__ import annotations

import os

# Before numpy is imported: sums in one order, so that the same statements give the same bytes; and
# for vectors of this size more threads only wait for each other.
for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

from assistant.adapters.tagger.training import main  # noqa: E402 - see above

main()
