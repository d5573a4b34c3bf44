"""An embeddings endpoint: used when it does its work, done without whatever else it does."""

from __future__ import annotations

import logging
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from assistant.adapters.library.lines import lines_of
from assistant.adapters.library.remote_embedding import RemoteEmbedding
from assistant.adapters.library.retriever import LibraryRetriever
from assistant.errors import EmbeddingUnavailable
from assistant.settings import EmbeddingSettings
from tests.embeddings_server import EmbeddingsServer, Fault, bag_of_words, embeddings_server
from tests.toy_library import FINDS, QUERY, toy_expansions, toy_library

KEY = "sk-heel-geheim-0123456789"
LIMIT, PATIENCE = 0.4, 1.0
FAULTS: tuple[Fault, ...] = get_args(Fault)
Answer = list[tuple[str, float]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the toy library under our own embedding, to be copied and never touched."""
    folder = tmp_path_factory.mktemp("built")
    LibraryRetriever(folder, toy_library(), toy_expansions()).close()
    return folder


@pytest.fixture
def index_dir(built: Path, tmp_path: Path) -> Path:
    """A copy of the index."""
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture(scope="module")
def embedded(built: Path) -> Answer:
    """What QUERY finds under our own embedding."""
    retriever = LibraryRetriever(built, toy_library(), toy_expansions())
    found = asked(retriever)
    retriever.close()
    return found


@pytest.fixture(scope="module")
def endpoint() -> Iterator[EmbeddingsServer]:
    """An endpoint for all tests here."""
    with embeddings_server() as serving:
        yield serving


@pytest.fixture
def server(endpoint: EmbeddingsServer) -> EmbeddingsServer:
    """The endpoint, well, and as if nobody had asked it anything."""
    endpoint.reset()
    return endpoint


@pytest.fixture(scope="module")
def asked_before(
    built: Path, endpoint: EmbeddingsServer, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An index under the vectors of the endpoint too, to be copied and never touched."""
    endpoint.reset()
    folder = tmp_path_factory.mktemp("asked") / "index"
    shutil.copytree(built, folder)
    opened(folder, endpoint.url).close()
    return folder


@pytest.fixture
def remote_dir(asked_before: Path, tmp_path: Path) -> Path:
    """A copy of the index under the vectors of the endpoint."""
    return Path(shutil.copytree(asked_before, tmp_path / "remote"))


def at(url: str, model: str = "bag") -> EmbeddingSettings:
    """Settings for the endpoint at `url`."""
    return EmbeddingSettings(
        url=url, model=model, key=SecretStr(KEY), query_seconds=LIMIT, build_seconds=PATIENCE
    )


def opened(index_dir: Path, url: str, model: str = "bag", **more: Any) -> LibraryRetriever:
    """The toy library with the endpoint."""
    return LibraryRetriever(
        index_dir,
        toy_library(),
        toy_expansions(),
        remote=lambda: RemoteEmbedding(at(url, model), **more),
    )


def asked(retriever: LibraryRetriever) -> Answer:
    """What QUERY finds."""
    return [(passage.id, passage.score) for passage in retriever.search(QUERY, 5)]


def remote_folders(index_dir: Path) -> set[str]:
    """The folders of indexes under an endpoint's embedding."""
    return {path.name for path in index_dir.glob("remote-*")}


def test_with_an_endpoint_lines_are_near_by_its_vectors(
    index_dir: Path, server: EmbeddingsServer, embedded: Answer
) -> None:
    """All lines and then the query are sent, once; what is found comes out of its vectors."""
    lines = [line.text for line in lines_of(toy_library(), toy_expansions()) if line.about]
    retriever = opened(index_dir, server.url)
    sent = [text for texts in server.inputs for text in texts]
    assert sent[-len(lines) :] == lines
    found = asked(retriever)
    assert server.inputs[-1] == [QUERY]
    assert FINDS in [name for name, _ in found]
    assert found != embedded
    vector = bag_of_words(QUERY, server.dimensions)
    best = max(lines, key=lambda line: dot(vector, bag_of_words(line, server.dimensions)))
    near = retriever._nearby.near(QUERY)
    assert lines[near[0][0]] == best
    assert near[0][1] == pytest.approx(dot(vector, bag_of_words(best, server.dimensions)), abs=1e-4)
    assert asked(retriever) == found
    retriever.close()


def dot(one: list[float], other: list[float]) -> float:
    """The cosine of two vectors of length 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_the_index_is_asked_for_once(index_dir: Path, server: EmbeddingsServer) -> None:
    """A second start asks for one vector, to see that the endpoint is there and what it makes."""
    first = opened(index_dir, server.url)
    found, folders = asked(first), remote_folders(index_dir)
    first.close()
    server.inputs.clear()
    second = opened(index_dir, server.url)
    assert [len(texts) for texts in server.inputs] == [1]
    assert asked(second) == found
    second.close()
    assert remote_folders(index_dir) == folders


def test_another_model_or_dimension_is_another_index(
    index_dir: Path, server: EmbeddingsServer
) -> None:
    """And one that is damaged is asked for anew; the old one goes."""
    seen = []
    for model, dimensions in (("bag", 64), ("sack", 64), ("sack", 32)):
        server.dimensions = dimensions
        opened(index_dir, server.url, model).close()
        seen.append(remote_folders(index_dir))
        assert len(seen[-1]) == 1
    for path in index_dir.glob("remote-*/asked.npy"):
        path.write_bytes(path.read_bytes()[:1000])
    opened(index_dir, server.url, "sack").close()
    seen.append(remote_folders(index_dir))
    assert len(set.union(*seen)) == len(seen)


def test_progress_is_told_while_lines_are_asked_for(
    index_dir: Path, server: EmbeddingsServer
) -> None:
    """Lines done and lines in all, going up to all of them; nothing when the index is there."""
    many = sum(1 for line in lines_of(toy_library(), toy_expansions()) if line.about)
    told: list[tuple[int, int]] = []
    for _ in range(2):
        opened(index_dir, server.url, progress=lambda *step: told.append(step)).close()
    assert told == [(256, many), (many, many)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_query_that_fails_is_answered_the_embedded_way(
    remote_dir: Path,
    server: EmbeddingsServer,
    embedded: Answer,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The same search, within the limit and half a second; logged once, without a word of it."""
    retriever = opened(remote_dir, server.url)
    server.fault = fault
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            began = time.perf_counter()
            assert asked(retriever) == embedded
            assert time.perf_counter() - began < LIMIT + 0.5
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "ships with us" in told[0].getMessage()
    assert "gezichten" not in caplog.text
    assert KEY not in caplog.text
    retriever.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_an_endpoint_that_fails_at_the_start_is_done_without(
    index_dir: Path,
    server: EmbeddingsServer,
    embedded: Answer,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The library opens, says so in the log, and leaves no folder behind."""
    server.fault, server.seconds = fault, 2.0
    with caplog.at_level(logging.DEBUG):
        began = time.perf_counter()
        retriever = opened(index_dir, server.url)
        assert time.perf_counter() - began < PATIENCE + 2
        assert asked(retriever) == embedded
    retriever.close()
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "The library uses the embedding that ships with us" in told[0].getMessage()
    assert "gezichten" not in caplog.text
    assert KEY not in caplog.text
    assert remote_folders(index_dir) == set()


def test_an_endpoint_that_breaks_off_in_the_midst_leaves_nothing(
    index_dir: Path, server: EmbeddingsServer, embedded: Answer
) -> None:
    """The probe and a batch go well, the next does not: searched the embedded way, no folder."""
    server.fails_after = 2
    retriever = opened(index_dir, server.url)
    assert asked(retriever) == embedded
    retriever.close()
    assert remote_folders(index_dir) == set()


def test_an_endpoint_that_is_down_is_done_without(index_dir: Path, embedded: Answer) -> None:
    """At the start, and when it goes down later."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    retriever = opened(index_dir, nobody)
    assert asked(retriever) == embedded
    retriever.close()
    with embeddings_server() as endpoint:
        retriever = opened(index_dir, endpoint.url)
        assert asked(retriever) != embedded
    assert asked(retriever) == embedded
    retriever.close()


def test_vectors_of_another_dimension_than_before_are_refused(
    remote_dir: Path, server: EmbeddingsServer, embedded: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody put another model behind the name: then the embedded way, and the log says so."""
    retriever = opened(remote_dir, server.url)
    server.dimensions = 48
    assert asked(retriever) == embedded
    assert "48" in caplog.text
    assert "64" in caplog.text
    assert "restart" in caplog.text
    retriever.close()


def test_no_error_tells_a_text_or_the_key(server: EmbeddingsServer) -> None:
    """The endpoint repeats both in its own errors; ours name the endpoint and what to check."""
    remote = RemoteEmbedding(at(server.url))
    server.seconds = 1.0
    for fault in FAULTS:
        server.fault = fault
        with pytest.raises(EmbeddingUnavailable) as raised:
            remote.embed_query("mijn buurvrouw Annie")
        told = f"{raised.value!r} {raised.value.__cause__!r}"
        assert server.url in told
        assert "LANGE_ADEM_EMBEDDING_URL" in told
        assert KEY not in told
        assert "Annie" not in told
        assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_an_odd_query_is_no_trouble(remote_dir: Path, server: EmbeddingsServer) -> None:
    """Half a surrogate pair, control characters, or a hundred thousand characters."""
    retriever = opened(remote_dir, server.url)
    for odd in (f"{QUERY} \ud800", f"\x00{QUERY}\x1b[2J", f"{QUERY}\n" * 1_500):
        began = time.perf_counter()
        assert retriever.search(odd, 3)
        assert time.perf_counter() - began < LIMIT + 0.5
    retriever.close()


def test_only_the_endpoint_is_asked_and_with_its_key(
    index_dir: Path, server: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tracing and other keys in the environment change nothing; no other address is tried."""
    tried: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        tried.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name, value in {
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_API_KEY": "none",
        "LANGSMITH_ENDPOINT": "http://192.0.2.1",
        "OPENAI_API_KEY": "sk-of-somebody-else",
        "OPENAI_BASE_URL": "http://192.0.2.1/v1",
        "OPENAI_API_BASE": "http://192.0.2.1/v1",
        "ANONYMIZED_TELEMETRY": "True",
    }.items():
        monkeypatch.setenv(name, value)
    retriever = opened(index_dir, server.url)
    assert asked(retriever)
    retriever.close()
    assert server.keys == {f"Bearer {KEY}"}
    assert {f"http://{host}:{port}/v1" for host, port in tried} == {server.url}


def test_an_endpoint_that_wants_no_key_gets_none_of_ours(server: EmbeddingsServer) -> None:
    """On one's own machine there is none; the client wants some word all the same."""
    without = at(server.url).model_copy(update={"key": None})
    assert RemoteEmbedding(without).embed_query("vraag")
    assert server.keys == {"Bearer none"}
    assert KEY not in repr(at(server.url))
