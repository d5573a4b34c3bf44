"""What goes over the websocket, and nothing else: requests as bytes, answers as messages.

The messages are those of the installed Streamlit package, so the bench and the page always speak
the same version. This is the only module that knows how a request is spelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

STREAM = "/_stcore/stream"
HEALTH = "/_stcore/health"
# The first names the protocol, the second stands where a browser puts its XSRF token.
SUBPROTOCOLS = ("streamlit", "PLACEHOLDER_AUTH_TOKEN")

WidgetKind = Literal["button", "checkbox", "chat_input", "button_group", "radio"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tab is: what a browser tells the server with every request."""

    url: str
    query: str = ""
    page_name: str = ""
    page_hash: str = ""


def rerun(
    place: Place, states: Iterable[WidgetState], cached: Iterable[str], fragment: str
) -> bytes:
    """The request to run the script, or only `fragment` of it when that is not empty."""
    request = BackMsg()
    client = request.rerun_script
    client.query_string = place.query
    client.page_script_hash = place.page_hash
    client.page_name = "" if place.page_hash else place.page_name
    client.fragment_id = fragment
    client.widget_states.widgets.extend(states)
    client.cached_message_hashes.extend(cached)
    client.context_info.url = place.url
    client.context_info.locale = "nl-NL"
    client.context_info.timezone = "Europe/Amsterdam"
    client.context_info.timezone_offset = -60
    return bytes(request.SerializeToString())


def state_of(kind: WidgetKind, widget_id: str, value: str) -> WidgetState:
    """A widget as its person left it. `value` is what was typed or chosen; else it is unused."""
    state = WidgetState(id=widget_id)
    match kind:
        case "button":
            state.trigger_value = True
        case "checkbox":
            state.bool_value = True
        case "chat_input":
            state.chat_input_value.data = value
        case "button_group":
            state.string_array_value.data.append(value)
        case "radio":
            state.string_value = value
    return state


def read(payload: bytes) -> ForwardMsg:
    """One message of the server."""
    message = ForwardMsg()
    message.ParseFromString(payload)
    return message
