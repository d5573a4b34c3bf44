"""The check: what was noted of one answer, to confirm or to correct."""

from __future__ import annotations

import streamlit as st

from assistant.records import Move, Tag, Turn, View
from ui.components import words
from ui.state import reply, screen, t, widget
from ui.trouble import show_notice

_APART = ("confirm", "none")


def noted_labels(move: Move, tags: tuple[Tag, ...]) -> list[str]:
    """What was noted, in the plain words of the guide, each once."""
    labels = {option.id: option.label for option in move.options}
    return list(dict.fromkeys(labels[f"{tag.level}_{tag.polarity}"] for tag in tags))


def check(view: View) -> None:
    """The answer in the person's own words, what was noted, and the ways to judge it."""
    turn = view.waiting
    about = view.turns[turn.move.about or 0]
    st.header(t("check.you_said"), anchor=False)
    words(f"about_{turn.seq}", [(about.answer.text if about.answer else "", "")])
    st.header(t("check.noted"), anchor=False)
    st.text(
        "\n".join(f"• {label}" for label in noted_labels(turn.move, view.codings[about.seq].tags))
    )
    if screen().correcting == turn.seq:
        _correct(turn)
    else:
        _judge(turn)


def _judge(turn: Turn) -> None:
    show_notice()
    confirm = next(option for option in turn.move.options if option.id == "confirm")
    with st.container(key="taps"):
        st.button(
            confirm.label,
            key=f"confirm_{turn.seq}",
            type="primary",
            on_click=reply,
            args=(turn.seq, "choice", "", ("confirm",)),
        )
        st.button(
            t("check.wrong"), key=f"wrong_{turn.seq}", on_click=_start_correcting, args=(turn.seq,)
        )


def _correct(turn: Turn) -> None:
    st.text(t("check.choose"))
    for option in turn.move.options:
        if option.id not in _APART:
            st.checkbox(option.label, key=f"is_{turn.seq}_{option.id}")
    none = next(option for option in turn.move.options if option.id == "none")
    st.checkbox(none.label, key=f"is_{turn.seq}_none")
    show_notice()  # beside "save": above the options it would be off a phone's screen
    with st.container(horizontal=True):
        st.button(
            t("check.save"), key=f"save_{turn.seq}", type="primary", on_click=_save, args=(turn,)
        )
        st.button(
            t("check.back"), key=f"uncorrect_{turn.seq}", on_click=_start_correcting, args=(None,)
        )


def _start_correcting(seq: int | None) -> None:
    screen().correcting = seq
    screen().notice = None


def _save(turn: Turn) -> None:
    ticked = tuple(
        option.id for option in turn.move.options if widget(f"is_{turn.seq}_{option.id}")
    )
    if not ticked:
        screen().notice = "pick_one"
        return
    if "none" in ticked and len(ticked) > 1:
        screen().notice = "none_or_some"
        return
    reply(turn.seq, "choice", choices=ticked)
