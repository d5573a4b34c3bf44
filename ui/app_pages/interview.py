"""The interview: one question at a time, and what was told before."""

from __future__ import annotations

import streamlit as st

from assistant.records import Answer, Turn, View
from ui import receipt
from ui.check import check
from ui.components import transcript
from ui.state import current, fill, reply, screen, stop, t, widget
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
    transcript(exchanges, view.progress, view.waiting)


def _was_redacted(view: View) -> bool:
    answers = [turn.answer for turn in view.turns[-2:] if turn.answer]
    return any(answer.redacted for answer in answers)


def _question(text: str) -> None:
    """The question as a heading, so that it can be found by ear; what leads up to it before it."""
    opening, _, question = text.rpartition("\n\n")
    if opening:
        st.text(opening)
    st.title(question, anchor=False)


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
    key = f"answer_{turn.seq}"
    unsent = screen().unsent
    if unsent is not None:
        fill(key, unsent)
        screen().unsent = None
    st.chat_input(
        t("interview.answer"),
        key=key,
        submit_mode="disable",
        height=_BOX,
        on_submit=_send,
        args=(turn.seq,),
    )


@st.fragment
def _turn() -> None:
    """One turn. Only this is drawn anew when an answer is sent."""
    view = current()
    if view is None or _ways_on(view) != screen().ways_on:
        st.rerun()
        return
    turn = view.waiting
    _earlier(view)
    show_notice()
    if _was_redacted(view):
        st.text(t("interview.hidden"))
    _question(turn.move.text)
    if turn.move.kind == "check":
        check(view)
    elif turn.move.kind in _OPEN:
        _type(turn)
    else:
        _tap(turn)


def _ways_on(view: View) -> str:
    """What kind of screen the interview is at: the rest of the page is drawn for one of these."""
    kind = view.waiting.move.kind
    if kind == "close" or view.interview.status == "stopped":
        return "receipt"
    return "type" if kind in _OPEN else kind


def _reply(kind: str) -> None:
    view = current()
    if view is not None:
        reply(view.waiting.seq, kind)


def _ways_out(view: View) -> None:
    """Skip, not understood, stop. Outside the fragment, so that a turn need not draw them anew.

    They are keyed by the turn they were drawn at: a second click finds them gone.
    """
    seq, ways = view.waiting.seq, screen().ways_on
    with st.container(key="ways_out", horizontal=True, gap="small"):
        skip = t("check.skip" if ways == "check" else "interview.skip")
        st.button(skip, key=f"skip_{seq}", on_click=_reply, args=("skip",))
        if ways == "type":
            unclear = t("interview.unclear")
            st.button(unclear, key=f"unclear_{seq}", on_click=_reply, args=("unclear",))
        st.button(t("interview.stop"), key=f"stop_{seq}", on_click=stop)


def _code() -> None:
    code = screen().code
    if code:
        with st.expander(t("interview.your_code")):
            with st.container(key="code"):
                st.text(code)
            st.text(t("interview.code_help"))


def _page() -> None:
    view = current()
    if view is None:
        st.switch_page("app_pages/welcome.py")
        return
    screen().ways_on = _ways_on(view)
    if view.waiting.move.kind == "close":
        receipt.finished(view)
    elif view.interview.status == "stopped":
        receipt.stopped(view)
    else:
        _turn()
        _ways_out(view)
        _code()


_page()
