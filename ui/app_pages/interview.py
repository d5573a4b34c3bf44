"""The interview: one question at a time, and what was told before."""

from __future__ import annotations

import streamlit as st

from assistant.records import Answer, Turn, View
from ui import receipt
from ui.check import check
from ui.components import transcript, words
from ui.receipt import code_fold
from ui.state import current, fill, is_over, reply, screen, stop, t, widget
from ui.trouble import show_notice

_BOX = 140  # px, whatever is typed: buttons below must not move up when it is sent
_OPEN = ("ask", "probe", "rephrase")


def _told(turn: Turn) -> str:
    answer = turn.answer or Answer(kind="skip")
    if answer.kind == "skip":
        return t("interview.skipped")
    if answer.kind == "unclear":
        return t("interview.not_understood")
    labels = {option.id: option.label for option in turn.move.options}
    return answer.text or ", ".join(labels[choice] for choice in answer.choices)


def _earlier(view: View) -> None:
    exchanges = [
        (turn.move.text, _told(turn)) for turn in view.turns[:-1] if turn.move.kind != "check"
    ]
    folded = view.waiting.move.kind == "check"  # there another answer is looked at
    transcript(exchanges, view.progress, view.waiting, folded=folded)


def _was_redacted(view: View) -> bool:
    answers = [turn.answer for turn in view.turns[-2:] if turn.answer]
    return any(answer.redacted for answer in answers)


def _question(text: str) -> None:
    """The question as a heading, so that it can be found by ear; what leads up to it before it."""
    opening, _, question = text.rpartition("\n\n")
    if opening:
        st.text(opening)
    st.title(question, anchor=False)


def _unsent(turn: Turn) -> None:
    """Text that was refused goes back into the box; where there is none, it is shown once more."""
    unsent = screen().unsent
    if unsent is None:
        return
    screen().unsent = None
    if turn.move.kind in _OPEN:
        fill(f"answer_{turn.seq}", unsent)
    else:
        st.text(t("interview.unsent"))
        words("unsent", [(unsent, "")])


def _tap(turn: Turn) -> None:
    with st.container(key="taps"):
        for option in turn.move.options:
            st.button(
                option.label,
                key=f"tap_{turn.seq}_{option.id}",
                on_click=reply,
                args=(turn.seq, "choice", "", (option.id,)),
            )


def _send(seq: int) -> None:
    reply(seq, "text", text=widget(f"answer_{seq}") or "")


def _type(turn: Turn) -> None:
    # A key for every turn: a second click on send belongs to a box that is gone and does nothing.
    st.chat_input(
        t("interview.answer"),
        key=f"answer_{turn.seq}",
        submit_mode="disable",
        height=_BOX,
        on_submit=_send,
        args=(turn.seq,),
    )


@st.fragment
def _turn() -> None:
    """One turn. Only this is drawn anew when an answer is sent."""
    view = current()
    if view is None or is_over(view):
        st.rerun()
        return
    turn = view.waiting
    _earlier(view)
    if turn.move.kind != "check":
        show_notice()
    _unsent(turn)
    if _was_redacted(view):
        st.text(t("interview.hidden"))
    _question(turn.move.text)
    if turn.move.kind == "check":
        check(view)
    elif turn.move.kind in _OPEN:
        _type(turn)
    else:
        _tap(turn)
    _ways_out(turn)


def _ways_out(turn: Turn) -> None:
    """Skip, not understood, stop: of the turn that is on screen, so that no other is skipped."""
    with st.container(key="ways_out", horizontal=True, gap="small"):
        skip = t("check.skip" if turn.move.kind == "check" else "interview.skip")
        st.button(skip, key=f"skip_{turn.seq}", on_click=reply, args=(turn.seq, "skip"))
        if turn.move.kind in _OPEN:
            unclear = t("interview.unclear")
            seq = turn.seq
            st.button(unclear, key=f"unclear_{seq}", on_click=reply, args=(seq, "unclear"))
        st.button(t("interview.stop"), key=f"stop_{turn.seq}", on_click=stop)


def _page() -> None:
    view = current()
    if view is None:
        st.switch_page("app_pages/welcome.py")
        return
    if view.waiting.move.kind == "close":
        receipt.finished(view)
    elif view.interview.status == "stopped":
        receipt.stopped(view)
    else:
        _turn()
        code_fold()


_page()
