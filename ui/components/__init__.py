"""Small parts that Streamlit lacks. They set data as text and never build HTML from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import streamlit as st

from assistant.records import Citation, Progress, Turn
from ui.resources import house
from ui.state import screen, t

_HERE = Path(__file__).parent
_LINKS = "reading"  # script that the elements with links share
_Mount = Callable[..., Any]
_mounts: dict[str, _Mount] = {}


def furniture(place: str) -> None:
    """What only a script can do: the language of the document, our names for Streamlit's buttons.

    When `place` is another than before, the page is scrolled to its beginning.
    """
    names = {
        "Send message": t("interview.send"),
        "Show password text": t("library.show_password"),
        "Hide password text": t("library.hide_password"),
    }
    _draw("furniture", {"lang": screen().lang, "names": names, "place": place}, key="furniture")


def uploader() -> None:
    """Our words in place of Streamlit's own in the box for a file."""
    data = {
        "exact": {
            "Upload": t("library.choose_file"),
            "Add files": t("library.other_file"),
            "Drag and drop a file here": t("library.drop_file"),
            "file upload": t("library.file"),
            "Error:": t("library.not_this"),
        },
        "too_big": t("library.refused_too_big_here"),
        "wrong_kind": t("library.refused_kind_here"),
        "failed": t("library.refused_sending"),
        "remove": t("library.take_out"),
    }
    _draw("uploader", data, key="uploader")


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


def _passage(cited: Citation | None) -> dict[str, Any] | None:
    """A passage as it is shown: verbatim, the part that bears most first, with where it stands."""
    if cited is None:
        return None
    whose = f"{cited.speaker}, in: " if cited.speaker else ""
    start, end = cited.excerpt or (0, len(cited.text))
    part = {"text": cited.text[start:end], "before": start > 0, "after": end < len(cited.text)}
    return {
        "fold": t("interview.passage"),
        "shown": part,
        "whole_fold": t("interview.whole_passage"),
        "whole": {"text": cited.text} if cited.excerpt else None,
        "source": t(
            "interview.source_inferred" if cited.page_inferred else "interview.source",
            source=whose + cited.source,
            page=cited.page,
        ),
        "banks_intro": t("interview.databanks"),
        "banks": [
            {"name": bank.name, "theme": bank.theme.in_(screen().lang)}
            for bank in house().library.databanks_for(cited)
        ],
    }


def words(name: str, stretches: Sequence[tuple[str, str]]) -> None:
    """People's own words, each with who said it; `name` is unique on the page."""
    data = {"stretches": [{"text": text, "by": by} for text, by in stretches]}
    _draw("words", data, key=f"words_{name}")


def bars(label: str, rows: Sequence[dict[str, str | int]]) -> None:
    """Counts as bars, a row each: `level`, `level_id`, `polarity`, `polarity_id`, `n`."""
    _draw("bars", {"label": label, "rows": list(rows)}, key="bars")


def draw(name: str, data: dict[str, Any], key: str, on_go: Callable[[], None]) -> None:
    """An element with links to places in the library; `on_go` when one of them is followed."""
    _mount(name, _LINKS)(data=[data], key=key, on_go_change=on_go)


def _draw(name: str, data: dict[str, Any], key: str) -> None:
    # In a list, because Streamlit searches a bare dictionary for data frames on every run.
    _mount(name)(data=[data], key=key)


def _mount(name: str, first: str = "") -> _Mount:
    """The component of this name, registered once for the process; `first` is read before it."""
    if name not in _mounts:
        files = [f"{part}.js" for part in (first, name) if part]
        script = "\n".join((_HERE / file).read_text("utf-8") for file in files)
        made = st.components.v2.component(f"lange_adem_{name}", js=script, isolate_styles=False)
        _mounts[name] = cast("_Mount", made)
    return _mounts[name]
