"""The chat endpoint of the tests speaks as real ones do, so that what it proves holds."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tests.chat_server import ChatServer, Fails, Says, chat_server


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """An endpoint."""
    with chat_server() as serving:
        yield serving


def client(server: ChatServer) -> ChatOpenAI:
    """A client of it, that nobody told it is no real one."""
    return ChatOpenAI(
        model="m", base_url=server.url, api_key=SecretStr("k"), max_retries=0, stream_usage=True
    )


def test_it_streams_word_by_word(server: ChatServer) -> None:
    """The words come one by one, then why it ended and the tokens."""
    server.says(Says("Wat bleef er,  en wat\nveranderde er?", tokens=(7, 9)))
    chunks = list(client(server).stream("Vraag iets"))
    assert "".join(str(chunk.text) for chunk in chunks) == "Wat bleef er,  en wat\nveranderde er?"
    assert len([chunk for chunk in chunks if chunk.text]) == 7
    counted = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert [(one["input_tokens"], one["output_tokens"]) for one in counted] == [(7, 9)]
    assert server.requests[0].body["stream"] is True


def test_a_stream_can_break_off(server: ChatServer) -> None:
    """Half of it came, and it does not say that it ended."""
    server.says(Fails("cut", says=Says("een twee drie vier vijf zes")))
    came = [str(chunk.text) for chunk in client(server).stream("Tel")]
    assert "".join(came)
    assert "zes" not in "".join(came)


def test_it_answers_by_a_function_or_a_script(server: ChatServer) -> None:
    """A function of the text; or steps, of which the last goes on."""
    server.answers(str.upper)
    assert client(server).invoke("hoi").content == "HOI"
    server.says("een", "twee")
    assert [client(server).invoke("tel").content for _ in range(3)] == ["een", "twee", "twee"]
    assert [asked.text for asked in server.requests] == ["hoi", "tel", "tel", "tel"]


def test_marks_around_a_text_are_not_the_text(server: ChatServer) -> None:
    """What a tagger puts around an answer is taken off, once."""
    inner = "<answer-2>\nhoi\n</answer-2>"
    client(server).invoke(f"<answer-1>\n{inner}\n</answer-1>")
    assert server.requests[0].text == inner


def test_other_addresses_are_not_there(server: ChatServer) -> None:
    """404, as anywhere."""
    asked = urllib.request.Request(
        f"{server.url}/completions", json.dumps({}).encode(), method="POST"
    )
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(asked)
