"""One question to a chat endpoint: what is asked for, what is done without, what goes wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.adapters.endpoint import without_secrets
from assistant.errors import ModelUnavailable
from assistant.records import Usage
from assistant.settings import ChatSettings

if TYPE_CHECKING:
    from assistant.adapters.model_tagger.client import Client

Messages = Sequence[tuple[str, str]]  # role and content

_URL, _MODEL, _KEY = (f"LANGE_ADEM_CHAT_{name}" for name in ("URL", "MODEL", "KEY"))
_BY_STATUS = {
    400: f"does not take the request. Check {_MODEL}",
    401: f"refuses the key. Check {_KEY}",
    403: f"refuses the key for this model. Check {_KEY} and {_MODEL}",
    404: f"has no such address or model. Check {_URL} and {_MODEL}",
    422: f"does not take the request. Check {_MODEL}",
    429: "is too busy, or its credit is used up",
}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Reply:
    """What a model wrote, and the tokens that took where the endpoint says so."""

    text: str
    usage: Usage | None


class ChatEndpoint:
    """A chat endpoint that is asked for answers of one form. Several threads may share it.

    Of the ways to have structured output it asks for `json_schema`: OpenAI, Azure, vLLM, llama.cpp
    and Ollama all bind what is written to it, with any model. `function_calling` needs a model and
    a server set up for tools; `json_mode` fixes no keys, and some that know `json_schema` refuse
    it. A server that knows neither takes no notice, or answers 400 or 422: then it is asked without
    and, when that helps, from then on. The form stands in the prompt too, for those. In the same
    way temperature 0 is left out for models that refuse it.
    """

    def __init__(self, settings: ChatSettings, form: Mapping[str, Any]) -> None:
        schema = {"name": "answer", "strict": True, "schema": form}
        self._settings = settings
        self._parts: dict[str, Any] = {
            "response_format": {"type": "json_schema", "json_schema": schema},
            "temperature": 0.0,
        }
        self._left_out: tuple[str, ...] = ()
        self._client: Client | None = None
        self._opening = threading.Lock()

    def open(self) -> Client:
        """The client, made when first needed: importing what it is made of takes a second or two.

        Raises ModelUnavailable when there can be none by these settings.
        """
        with self._opening:
            if self._client is None:
                from assistant.adapters.model_tagger.client import Client

                try:
                    self._client = Client(self._settings)
                except Exception:  # noqa: BLE001 - whatever the vendors make of odd settings
                    raise self._unavailable(f"cannot be asked. Check {_URL} and {_KEY}") from None
            return self._client

    def ask(self, messages: Messages, until: float) -> Reply:
        """The answer to `messages`, if it is there before the monotonic clock says `until`.

        Raises ModelUnavailable.
        """
        client, left_out = self.open(), self._left_out
        while True:
            parts = {name: part for name, part in self._parts.items() if name not in left_out}
            try:
                reply = client.ask(messages, parts, until - monotonic())
            # Whatever the client and the network can raise; its message may repeat the text.
            except Exception as wrong:  # noqa: BLE001
                refused = self._refused(wrong, left_out)
                if refused is None:
                    raise self._unavailable(self._told(wrong)) from None
                left_out += (refused,)
            else:
                self._left_out = left_out
                return reply

    def too_slow(self) -> ModelUnavailable:
        """The error for an answer that was not there in time."""
        return self._unavailable(f"did not answer within {self._settings.seconds:g} seconds")

    def _refused(self, wrong: Exception, left_out: Sequence[str]) -> str | None:
        """The part of the request that the endpoint may not know or allow, to be left out next."""
        named = getattr(wrong, "param", None)
        rest = [name for name in self._parts if name not in left_out]
        if getattr(wrong, "status_code", None) not in (400, 422) or not rest:
            return None
        if not isinstance(named, str):
            return rest[0]
        return next((name for name in rest if named.startswith(name)), None)

    def _told(self, wrong: Exception) -> str:
        from openai import APIConnectionError, APITimeoutError

        status = getattr(wrong, "status_code", None)
        if isinstance(status, int):
            told = _BY_STATUS.get(status)
            told = told or ("has a fault of its own" if status >= 500 else f"answers. Check {_URL}")
            return f"{told} (HTTP {status})"
        if isinstance(wrong, APITimeoutError | TimeoutError):
            return f"did not answer within {self._settings.seconds:g} seconds"
        if isinstance(wrong, APIConnectionError):
            return f"cannot be reached, or hung up. Check {_URL}"
        return f"answers what is no chat completion ({type(wrong).__name__}). Check {_URL}"

    def _unavailable(self, what: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"The language model at {without_secrets(self._settings.url)} {what}."
        )


def encodable(text: str) -> str:
    """`text`, as long as it is, with what cannot be sent (half a surrogate pair) as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)
