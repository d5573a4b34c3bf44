"""A process that lets a language model code what waits in a store, until nothing does.

    python -m tests.integration.coding_process STORE_URL MODEL_URL

It is quick to try again, and taken for dead after two seconds of silence.
"""

from __future__ import annotations

import sys

from assistant.adapters.coding_workers import Pace
from assistant.adapters.sql import open_store
from tests.integration.model_taggers import tagger_at
from tests.slow_taggers import crew

WORKERS = 4
PACE = Pace(lease=2, look=0.2, first_rest=0.01, longest_rest=0.1)


def main() -> None:
    """See the module."""
    store_url, model_url = sys.argv[1:]
    queue = open_store(store_url).queue
    crew(queue, tagger_at(model_url), WORKERS, PACE).work_off(lambda _left: None)


if __name__ == "__main__":
    main()
