"""The only place that touches `st.session_state`. The store is the truth; this is the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import streamlit as st

from assistant import session
from assistant.errors import LangeAdemError, ParticipantError
from assistant.records import Lang, Passage, Reply, Role, View
from ui.resources import house
from ui.texts import read_texts
from ui.uploads import dismiss
from ui.web import COOKIE


@dataclass(frozen=True)
class News:
    """What came of the last thing done on the library page: a text by name, shown at its place."""

    place: Literal["search", "shelf"]
    good: bool
    name: str
    facts: dict[str, str | int] = field(default_factory=dict)


@dataclass
class Screen:
    """What one browser tab shows.

    `researcher`: the door to adding documents was passed, in this tab, on this visit of the
    library. `query` and `found` are the last search; they are nowhere else. `uploads` counts the
    files taken in, so that each has a box of its own.
    """

    lang: Lang = "nl"
    role: Role | None = None
    view: View | None = None
    code: str | None = None
    notice: str | None = None
    facts: dict[str, object] = field(default_factory=dict)
    unsent: str | None = None
    correcting: int | None = None
    looked_for_cookie: bool = False
    query: str = ""
    found: tuple[Passage, ...] | None = None
    news: News | None = None
    researcher: bool = False
    removing: str | None = None
    uploads: int = 0


def screen() -> Screen:
    """The screen of this tab."""
    if "screen" not in st.session_state:
        st.session_state.screen = Screen()
    return cast("Screen", st.session_state.screen)


def t(name: str, /, **facts: object) -> str:
    """The text with this dotted name in the language of the screen."""
    text = read_texts()[screen().lang][name]
    return text.format(**facts) if facts else text


def widget(key: str) -> Any:  # noqa: ANN401 - a widget's value has the widget's type
    """The value of the widget with this key, None when it is not on the page."""
    return st.session_state.get(key)


def fill(key: str, value: str) -> None:
    """Put a text into the widget with this key, before it is drawn."""
    st.session_state[key] = value


def leave_library() -> None:
    """What was open to a researcher is shut again, and old news is forgotten."""
    now = screen()
    if now.researcher:
        dismiss()
    now.researcher, now.removing, now.news = False, None, None


def switch_language() -> None:
    """The other language for the page. An interview keeps the language it was begun in."""
    now = screen()
    now.lang = "en" if now.lang == "nl" else "nl"


def begin() -> None:
    """Begin an interview for the role that was chosen."""
    now = screen()
    if now.role is None:
        return
    with _noting():
        begun = session.begin(house(), now.role, now.lang)
        now.view, now.code = begun.view, begun.code
        _remember()


def current() -> View | None:
    """The interview on this screen; after a reload, the one under way in this browser."""
    now = screen()
    if now.view is None and not now.looked_for_cookie:
        now.looked_for_cookie = True
        with _noting():
            key = _browser_key()
            found = session.find_by_browser(house(), key) if key else None
            if found:
                _take_up(found)
    return now.view


def in_an_interview() -> bool:
    """Whether a question stands open on this screen."""
    view = current()
    return view is not None and not is_over(view)


def is_over(view: View) -> bool:
    """Whether the interview was closed or stopped, so that the receipt is shown."""
    return view.waiting.move.kind == "close" or view.interview.status == "stopped"


def reopen(code: str) -> bool:
    """Take up the interview this code opens. Where there is none: a notice, and nothing changed."""
    now = screen()
    with _noting():
        found = session.find_by_code(house(), code)
        now.view = session.go_on(house(), found)
        now.lang, now.code = now.view.interview.lang, session.code_as_shown(code)
        _remember()
    return now.notice is None


def reply(seq: int, kind: str, text: str = "", choices: tuple[str, ...] = ()) -> None:
    """Send a reply to turn `seq`; what goes wrong becomes a notice and the text is not lost."""
    now = screen()
    if now.view is None:
        return
    sent = Reply.model_validate({"seq": seq, "kind": kind, "text": text, "choices": choices})
    with _noting(text):
        now.view = session.take_turn(house(), now.view, sent)
        now.correcting = None
    if now.notice:
        _look_again()


def stop() -> None:
    """Stop for now."""
    now = screen()
    if now.view:
        with _noting():
            now.view = session.stop(house(), now.view.interview.id)


def go_on() -> None:
    """Go on after stopping, at the question that stood open."""
    now = screen()
    if now.view:
        with _noting():
            now.view = session.go_on(house(), now.view.interview.id)


def another_code() -> None:
    """A further return code, for a screen that has lost the first."""
    now = screen()
    if now.view:
        with _noting():
            now.code = session.another_code(house(), now.view.interview.id)


def leave() -> None:
    """Let go of the interview in this browser: the next person starts anew."""
    now = screen()
    with _noting():
        key = _browser_key()
        if key and now.view:
            session.forget_browser(house(), now.view.interview.id, key)
        st.session_state.screen = Screen(lang=now.lang, looked_for_cookie=True)


def delete() -> None:
    """Delete the interview for good, and let go of it."""
    now = screen()
    if now.view is None:
        return
    with _noting():
        session.forget(house(), now.view.interview.id)
        leave()
        screen().notice = "deleted"


def _take_up(interview_id: str) -> None:
    now = screen()
    now.view = session.resume(house(), interview_id)
    now.lang = now.view.interview.lang


def _remember() -> None:
    key, view = _browser_key(), screen().view
    if key and view:
        session.remember_browser(house(), view.interview.id, key)


def _look_again() -> None:
    """See what is in the store: another tab may have gone on, or deleted the interview."""
    now = screen()
    if now.view is None:
        return
    if now.notice == "interview_gone":
        leave()
        screen().notice = "interview_gone"
        return
    try:
        now.view = session.resume(house(), now.view.interview.id)
    except LangeAdemError:
        return  # the notice that stands already says what is wrong


@contextmanager
def _noting(unsent: str = "") -> Iterator[None]:
    """What goes wrong inside becomes the notice of the screen; the text that was typed is kept."""
    now = screen()
    now.notice, now.facts, now.unsent = None, {}, None
    try:
        yield
    except ParticipantError as wrong:
        now.notice, now.facts, now.unsent = wrong.key, wrong.facts, unsent or None
    except LangeAdemError:
        now.notice, now.unsent = "store_unavailable", unsent or None


def _browser_key() -> str | None:
    return st.context.cookies.get(COOKIE)
