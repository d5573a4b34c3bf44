"""What is on an emulated screen: the elements by their place in the tree, kept as a browser does.

Pure bookkeeping without a connection. A run draws over what was there; what a finished run did
not draw again is taken away, but a run of fragments only takes away what is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Delta_pb2 import Delta

from evals.bench.wire import WidgetKind

Path = tuple[int, ...]

_WIDGETS = frozenset(get_args(WidgetKind))
_TEXTS = frozenset({"markdown", "text", "heading", "html", "alert"})
_BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Widget:
    """Something a participant can act on. `set_by_app`: the app itself put a value in it."""

    kind: WidgetKind
    id: str
    label: str
    fragment: str
    form: str = ""
    disabled: bool = False
    options: tuple[str, ...] = ()
    submits_form: bool = False
    waits: bool = False
    set_by_app: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One element or block of the tree, and the run that drew it last."""

    kind: str
    run: str
    fragment: str
    text: str = ""
    problem: str = ""
    widget: Widget | None = None


class Screen:
    """The tree of one tab."""

    def __init__(self) -> None:
        self._nodes: dict[Path, Node] = {}
        self._run = ""
        self._fragments: frozenset[str] = frozenset()

    def begin_run(self, run: str, fragments: frozenset[str]) -> None:
        """A run starts; no `fragments` means the whole page. Nothing is taken away yet."""
        self._run, self._fragments = run, fragments

    def apply(self, path: Path, delta: Delta) -> Node | None:
        """Draw one delta; what was drawn, or None where nothing lasting is left at `path`."""
        match delta.WhichOneof("type"):
            case "add_block":
                return self._put(path, Node(_BLOCK, self._run, delta.fragment_id))
            case "new_element":
                self._clear_below(path)
                return self._put(path, node_of(delta, self._run))
            case _:  # a transient: a spinner, gone by itself
                return None

    def end_run(self) -> None:
        """The run ended well: take away what it should have drawn again and did not."""
        self._nodes = {path: node for path, node in self._nodes.items() if not self._stale(node)}

    def widgets(self) -> list[Widget]:
        """Every widget, in reading order."""
        return [node.widget for _, node in sorted(self._nodes.items(), key=_place) if node.widget]

    def texts(self) -> list[str]:
        """Every visible text, in reading order."""
        return [node.text for _, node in sorted(self._nodes.items(), key=_place) if node.text]

    def find(self, kind: WidgetKind, label: str) -> Widget | None:
        """The first widget of that kind whose label is `label`, or else holds it, in any case."""
        of_kind = [widget for widget in self.widgets() if widget.kind == kind]
        exact = [widget for widget in of_kind if widget.label == label]
        near = [widget for widget in of_kind if label.casefold() in widget.label.casefold()]
        return next(iter(exact + near), None)

    def _put(self, path: Path, node: Node | None) -> Node | None:
        if node is None:
            self._nodes.pop(path, None)
        else:
            self._nodes[path] = node
        return node

    def _clear_below(self, path: Path) -> None:
        old = self._nodes.get(path)
        if old is None or old.kind != _BLOCK:
            return
        depth = len(path)
        for below in [p for p in self._nodes if len(p) > depth and p[:depth] == path]:
            del self._nodes[below]

    def _stale(self, node: Node) -> bool:
        if node.run == self._run:
            return False
        return not self._fragments or node.fragment in self._fragments


def node_of(delta: Delta, run: str) -> Node | None:
    """An element as it is kept; None for `st.empty`, which leaves nothing on the screen."""
    kind = delta.new_element.WhichOneof("type")
    if kind is None or kind == "empty":
        return None
    body = getattr(delta.new_element, kind)
    text = body.body.strip() if kind in _TEXTS else ""
    widget = _widget(kind, body, delta.fragment_id) if kind in _WIDGETS else None
    return Node(kind, run, delta.fragment_id, text, _problem(kind, body), widget)


def _place(item: tuple[Path, Node]) -> Path:
    return item[0]


def _problem(kind: str, body: Any) -> str:  # noqa: ANN401  (one of many generated messages)
    if kind == "exception":
        return f"{body.type}: {body.message}"
    return str(body.body) if kind == "alert" and body.format == Alert.ERROR else ""


def _widget(kind: Any, body: Any, fragment: str) -> Widget:  # noqa: ANN401  (as above)
    options = tuple(getattr(option, "content", option) for option in getattr(body, "options", ()))
    return Widget(
        kind=kind,
        id=body.id,
        label=body.placeholder if kind == "chat_input" else body.label,
        fragment=fragment,
        form=getattr(body, "form_id", ""),
        disabled=body.disabled,
        options=options,
        submits_form=getattr(body, "is_form_submitter", False),
        waits=getattr(body, "ignore_rerun", False),
        set_by_app=getattr(body, "set_value", False),
    )
