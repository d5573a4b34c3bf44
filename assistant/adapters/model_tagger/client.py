"""The client of a chat endpoint. Importing this takes a second or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, convert_to_messages
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from openai import APIStatusError, DefaultHttpxClient
from pydantic import SecretStr, ValidationError

from assistant.adapters.model_tagger.chat import Messages, Reply, encodable
from assistant.records import Usage
from assistant.settings import ChatSettings

if TYPE_CHECKING:
    # What openai speaks HTTP with; it has no name of its own for a request and a response.
    from httpx2 import Request, Response

MOST_BYTES = 16_000_000


class Client:
    """Asks a chat endpoint, once. Raises whatever the client and the network raise."""

    def __init__(self, settings: ChatSettings) -> None:
        # Endpoints on one's own machine want no key, the client wants some.
        key = settings.key or SecretStr("none")
        self._chat = _Chat(
            model=settings.model,
            base_url=settings.url,
            api_key=key,
            max_retries=0,  # the queue tries again
            # Set here, the environment has no say in where we ask, how, and by what key.
            default_headers={
                "Authorization": f"Bearer {key.get_secret_value()}",
                "Accept-Encoding": "identity",
            },
            openai_proxy=None,
            use_responses_api=False,
            http_client=_WholeAnswers(timeout=settings.seconds, follow_redirects=False),
        )

    def ask(self, messages: Messages, parts: Mapping[str, Any], seconds: float) -> Reply:
        """What the model writes, if all of it is there within so many seconds."""
        if seconds <= 0:
            raise TimeoutError
        sent = convert_to_messages([(role, encodable(content)) for role, content in messages])
        try:
            # In `extra_body` the client passes a part on and no more. Given a `response_format` of
            # its own it raises on what was cut off, and the token counts are gone.
            result = self._chat.answered(sent, extra_body=dict(parts), timeout=seconds)
        except APIStatusError as wrong:
            if wrong.code == "content_filter":  # Azure's way to refuse
                return Reply("", None)
            raise
        return _reply(result)


class _Chat(ChatOpenAI):
    def answered(self, messages: list[BaseMessage], **options: Any) -> ChatResult:  # noqa: ANN401 - the client's own
        """The answer, past all that can be hung around an `invoke` from the environment.

        Tracing, debug output and caches see every text; here there are none of them.
        """
        return self._generate(messages, **options)


class _WholeAnswers(DefaultHttpxClient):
    """Takes the time limit for the answer as a whole, not for each read, and bounds its size.

    An endpoint that drips would hold a thread for ever.
    """

    def send(self, request: Request, *, stream: bool = False, **options: Any) -> Response:  # noqa: ANN401 - as they are
        """Send a request. Raises TimeoutError, and ValueError for an answer that never ends."""
        until = monotonic() + request.extensions["timeout"]["read"]
        response = super().send(request, stream=True, **options)
        if stream:
            return response
        try:
            content = b"".join(_bounded(response.iter_raw(), until))
        finally:
            response.close()
        return type(response)(
            response.status_code, headers=response.headers, content=content, request=request
        )


def _bounded(chunks: Iterator[bytes], until: float) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if monotonic() > until:
            raise TimeoutError
        if size > MOST_BYTES:
            raise ValueError("too large")
        yield chunk


def _reply(result: ChatResult) -> Reply:
    message = result.generations[0].message
    counted = message.usage_metadata if isinstance(message, AIMessage) else None
    usage = None
    if counted:
        try:
            usage = Usage(
                prompt_tokens=counted["input_tokens"], completion_tokens=counted["output_tokens"]
            )
        except ValidationError:  # numbers that are none
            usage = None
    return Reply(str(message.text), usage)
