"""One emulated browser tab: connects, runs the page, does one thing at a time and times it.

Rules it keeps, as Streamlit's own browser code does: a widget's value is remembered and sent
along with every later request until the widget leaves the screen; a button or chat message is
sent once; widgets of a form wait for its button; a widget in a fragment runs that fragment only;
a step is over when the run it asked for has ended, and `st.rerun` only makes that run longer.
Timers (`st.fragment(run_every=…)`) are not played.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from evals.bench import wire
from evals.bench.screen import Node, Screen, Widget

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TRIGGERS = frozenset({"button", "chat_input"})


class PageError(Exception):
    """The page did not do what a page should. `kind`: connect, closed, timeout or problem."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a participant does; `value` is what is typed or chosen."""

    widget: Widget
    value: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How one step went, in milliseconds from the moment it was sent.

    `first_ms`: first element back; `text_ms`: the last text that was not on the screen before and
    is not the participant's own; `done_ms`: the run has ended. None where there was no such thing.
    """

    done_ms: float
    first_ms: float | None = None
    text_ms: float | None = None
    messages: int = 0
    received: int = 0


@dataclass(slots=True)
class _Step:
    """What is known of a step while it is under way."""

    began: float
    fragment: str
    own_text: str
    before: frozenset[str]
    first: float | None = None
    text: float | None = None
    done: float | None = None
    messages: int = 0
    received: int = 0

    def see(self, node: Node | None, now: float) -> None:
        self.first = self.first or now
        if node is None or not node.text or node.text in self.before:
            return
        if not self.own_text or self.own_text not in node.text:
            self.text = now

    def timing(self) -> Timing:
        since = [None if t is None else (t - self.began) * 1000 for t in (self.first, self.text)]
        done_ms = ((self.done or time.perf_counter()) - self.began) * 1000
        return Timing(done_ms, since[0], since[1], self.messages, self.received)


def first_cookies(url: str, timeout: float) -> str:
    """Fetch the page as a browser does first; the cookies it sets, as a Cookie header.

    A proxy of the environment is never asked. Raises OSError when there is no such page.
    """
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    jar = SimpleCookie()
    with direct.open(url, timeout=timeout) as page:
        page.read()
        for cookie in page.headers.get_all("Set-Cookie", []):
            jar.load(cookie)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


class PageClient:
    """A tab on `url`, which must be on this machine (ValueError otherwise).

    Every step raises PageError when the connection fails, when the page shows an error, or when
    the run has not ended after `timeout` seconds.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            raise ValueError(f"the bench only talks to http on this machine, not {url}")
        self.screen = Screen()
        self._origin = Origin(f"http://{parts.netloc}")
        self._stream = f"ws://{parts.netloc}{wire.STREAM}"
        self._place = wire.Place(url, parts.query, parts.path.strip("/"))
        self._timeout = timeout
        self._socket: ClientConnection | None = None
        self._kept: dict[str, WidgetState] = {}
        self._in_forms: dict[str, dict[str, WidgetState]] = {}
        self._cache: dict[str, ForwardMsg] = {}
        self._fragments: frozenset[str] = frozenset()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self) -> Timing:
        """Ask for the page with its cookies, connect, wait for the first run to be complete."""
        began = time.perf_counter()
        try:
            cookies = await asyncio.to_thread(first_cookies, self._place.url, self._timeout)
            # Compression is off as on the page; a proxy of the environment is never asked.
            self._socket = await connect(
                self._stream,
                origin=self._origin,
                subprotocols=[Subprotocol(name) for name in wire.SUBPROTOCOLS],
                additional_headers={"Cookie": cookies} if cookies else None,
                compression=None,
                proxy=None,
                max_size=None,
                open_timeout=self._timeout,
            )
        except (OSError, WebSocketException) as failed:
            raise PageError("connect", str(failed)) from failed
        return await self._run(_Step(began, "", "", frozenset()), None)

    def is_set(self, widget: Widget) -> bool:
        """Whether the participant has given this widget a value that still stands."""
        return widget.id in self._kept or widget.id in self._in_forms.get(widget.form, {})

    async def do(self, act: Act) -> Timing | None:
        """Do one thing and wait for its run; None when it asks for no run."""
        widget = act.widget
        state = wire.state_of(widget.kind, widget.id, act.value)
        began = time.perf_counter()
        step = _Step(began, widget.fragment, act.value, frozenset(self.screen.texts()))
        if widget.kind in _TRIGGERS:
            if widget.submits_form:
                self._kept.update(self._in_forms.pop(widget.form, {}))
            return await self._run(step, state)
        if widget.form:
            self._in_forms.setdefault(widget.form, {})[widget.id] = state
        else:
            self._kept[widget.id] = state
        return None if widget.form or widget.waits else await self._run(step, None)

    async def _run(self, step: _Step, once: WidgetState | None) -> Timing:
        if self._socket is None:
            raise PageError("closed", "the tab was never opened")
        states = [*self._kept.values(), *([once] if once else [])]
        try:
            async with asyncio.timeout(self._timeout):
                await self._socket.send(wire.rerun(self._place, states, self._cache, step.fragment))
                while step.done is None:
                    self._take(step, await self._socket.recv(decode=False))
        except TimeoutError as late:
            raise PageError("timeout", f"no end of run in {self._timeout:g} s") from late
        except (OSError, WebSocketException) as lost:
            raise PageError("closed", str(lost)) from lost
        return step.timing()

    def _take(self, step: _Step, payload: bytes) -> None:
        """One message. The status that follows the end of a run counts for the next step."""
        step.messages += 1
        step.received += len(payload)
        message = self._whole(wire.read(payload))
        match message.WhichOneof("type"):
            case "delta":
                self._draw(step, message)
            case "new_session":
                self._begin(message)
            case "script_finished":
                self._end(step, message)
            case "navigation":
                self._move(message.navigation.page_script_hash)
            case "page_info_changed":
                query = message.page_info_changed.query_string.lstrip("?")
                self._place = replace(self._place, query=query)

    def _whole(self, message: ForwardMsg) -> ForwardMsg:
        """The message itself where the server only refers to one it sent before."""
        if message.WhichOneof("type") != "ref_hash":
            if message.metadata.cacheable:
                self._cache[message.hash] = message
            return message
        if message.ref_hash not in self._cache:
            raise PageError("problem", "the server refers to a message it never sent")
        whole = ForwardMsg()
        whole.CopyFrom(self._cache[message.ref_hash])
        whole.metadata.CopyFrom(message.metadata)
        return whole

    def _begin(self, message: ForwardMsg) -> None:
        run = message.metadata.run
        self._fragments = frozenset(run.fragment_ids)
        self.screen.begin_run(run.script_run_id, self._fragments)
        self._move(message.new_session.page_script_hash)

    def _move(self, page_hash: str) -> None:
        if page_hash:
            self._place = replace(self._place, page_hash=page_hash)

    def _draw(self, step: _Step, message: ForwardMsg) -> None:
        node = self.screen.apply(tuple(message.metadata.delta_path), message.delta)
        step.see(node, time.perf_counter())
        if node is not None and node.problem:
            raise PageError("problem", node.problem)
        if node is not None and node.widget is not None and node.widget.set_by_app:
            self._kept.pop(node.widget.id, None)

    def _end(self, step: _Step, message: ForwardMsg) -> None:
        status = message.script_finished
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return  # the run goes on under another number
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise PageError("problem", "the script does not compile")
        self.screen.end_run()
        self._forget_what_left()
        if not self._fragments or step.fragment in self._fragments:
            step.done = time.perf_counter()

    def _forget_what_left(self) -> None:
        there = {widget.id for widget in self.screen.widgets()}
        forms = {widget.form for widget in self.screen.widgets()}
        self._kept = {name: state for name, state in self._kept.items() if name in there}
        self._in_forms = {form: held for form, held in self._in_forms.items() if form in forms}
