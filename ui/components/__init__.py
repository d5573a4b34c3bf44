"""Small parts that Streamlit lacks. They set data as text and never build HTML from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import streamlit as st

from assistant.records import Citation, Progress, Turn
from ui.state import screen, t

_HERE = Path(__file__).parent
_Mount = Callable[..., Any]
_mounts: dict[str, _Mount] = {}


def furniture(place: str) -> None:
    """What only a script can do: the language of the document, our names for Streamlit's buttons.

    When `place` is another than before, the page is scrolled to its beginning.
    """
    names = {"Send message": t("interview.send")}
    _draw("furniture", {"lang": screen().lang, "names": names, "place": place}, key="furniture")


def transcript(
    exchanges: Sequence[tuple[str, str]], progress: Progress, turn: Turn, *, folded: bool
) -> None:
    """Earlier questions and answers, how far along, the passage that comes with this turn.

    All in one element, so that the tenth turn costs what the second does; and it says the new
    question to screen readers. `folded`: the latest exchange is folded away too.
    """
    part, total = min(progress.done + 1, progress.total), progress.total
    _draw(
        "transcript",
        {
            "exchanges": [{"asked": asked, "told": told} for asked, told in exchanges],
            "done": progress.done,
            "total": total,
            "progress": t("interview.progress", part=part, total=total),
            "earlier": t("interview.earlier"),
            "we": t("interview.we"),
            "you": t("interview.you"),
            "passage": _passage(turn.move.citation),
            "announce": turn.move.text,
            "seq": turn.seq,
            "folded": folded,
        },
        key="transcript",
    )


def _passage(cited: Citation | None) -> dict[str, str] | None:
    """A passage as it is shown: verbatim, with whose words and where they stand."""
    if cited is None:
        return None
    whose = f"{cited.speaker}, in: " if cited.speaker else ""
    where = t("interview.source", source=whose + cited.source, page=cited.page)
    return {"fold": t("interview.passage"), "text": cited.text, "source": where}


def words(name: str, stretches: Sequence[tuple[str, str]]) -> None:
    """People's own words, each with who said it; `name` is unique on the page."""
    data = {"stretches": [{"text": text, "by": by} for text, by in stretches]}
    _draw("words", data, key=f"words_{name}")


def bars(label: str, rows: Sequence[dict[str, str | int]]) -> None:
    """Counts as bars, a row each: `level`, `level_id`, `polarity`, `polarity_id`, `n`."""
    _draw("bars", {"label": label, "rows": list(rows)}, key="bars")


def _draw(name: str, data: dict[str, Any], key: str) -> None:
    # In a list, because Streamlit searches a bare dictionary for data frames on every run.
    _mount(name)(data=[data], key=key)


def _mount(name: str) -> _Mount:
    """The component of this name, registered once for the process."""
    if name not in _mounts:
        script = (_HERE / f"{name}.js").read_text("utf-8")
        made = st.components.v2.component(f"lange_adem_{name}", js=script, isolate_styles=False)
        _mounts[name] = cast("_Mount", made)
    return _mounts[name]
