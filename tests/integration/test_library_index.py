"""The index on disk: built once, built anew when it is not whole, shared by processes, unheard."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from chromadb.api.client import Client
from chromadb.config import Settings

from assistant.adapters.library.folders import IN_USE_FILE, LOCK_FILE
from assistant.adapters.library.index import MODEL_FILE
from assistant.adapters.library.retriever import LibraryRetriever
from assistant.adapters.library.vectors import COLLECTION
from assistant.adapters.library.versions import library_version
from assistant.errors import CorpusError
from assistant.records import Library
from tests.toy_library import FINDS, QUERY, toy_expansions, toy_library

ROOT = Path(__file__).parents[2]
Answer = list[tuple[str, float]]


def opened(index_dir: Path, library: Library | None = None) -> LibraryRetriever:
    """The toy library, open."""
    return LibraryRetriever(index_dir, library or toy_library(), toy_expansions())


def asked(retriever: LibraryRetriever) -> Answer:
    """What QUERY finds."""
    return [(passage.id, passage.score) for passage in retriever.search(QUERY, 5)]


def opened_and_asked(index_dir: Path, library: Library | None = None) -> Answer:
    """What QUERY finds in an index that is opened for it and closed again."""
    retriever = opened(index_dir, library)
    found = asked(retriever)
    retriever.close()
    return found


def folders(index_dir: Path) -> list[str]:
    """The names of the index folders, which are what a build leaves."""
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that is built, to be copied and never touched."""
    folder = tmp_path_factory.mktemp("built")
    opened_and_asked(folder)
    return folder


@pytest.fixture(scope="module")
def right(built: Path) -> Answer:
    """What QUERY should find."""
    return opened_and_asked(built)


@pytest.fixture
def index_dir(built: Path, tmp_path: Path) -> Path:
    """A copy of the index that a test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def test_built_once_and_then_opened(tmp_path: Path, right: Answer) -> None:
    """A second start uses the index of the first; a directory that is not there is made.

    Learned anew, it answers the same as another index, to the last digit of the score.
    """
    index_dir = tmp_path / "not" / "there yet"
    found = opened_and_asked(index_dir)
    first = folders(index_dir)
    assert found == right
    assert found[0][0] == FINDS
    assert opened_and_asked(index_dir) == found
    assert folders(index_dir) == first
    assert len(first) == 1


def garbage(path: Path) -> None:
    """Bytes of no kind, as many as there were."""
    path.write_bytes((bytes(range(256)) * (path.stat().st_size // 256 + 1))[: path.stat().st_size])


def half(path: Path) -> None:
    """The first half."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """No bytes."""
    os.truncate(path, 0)


def flipped(path: Path) -> None:
    """One bit in a hundred bytes, wherever."""
    data, chance = bytearray(path.read_bytes()), random.Random(path.name)
    for _ in range(len(data) // 100):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *(("*", damage) for damage in (garbage, half, empty, flipped, Path.unlink)),
        (MODEL_FILE, flipped),
        ("model.sha256", Path.unlink),
        ("chroma.sqlite3", flipped),
        ("chroma.sqlite3", Path.unlink),
        (LOCK_FILE, garbage),
    ],
)
def test_a_damaged_index_is_built_anew(
    index_dir: Path, right: Answer, name: str, damage: Callable[[Path], None]
) -> None:
    """Whatever happened to whichever file, the lock included, the answers are those of before."""
    for path in [path for path in index_dir.rglob(name) if path.is_file()]:
        damage(path)
    assert opened_and_asked(index_dir) == right
    assert len(folders(index_dir)) == 1
    assert opened_and_asked(index_dir) == right


def test_a_damaged_graph_never_gives_another_answer(index_dir: Path, right: Answer) -> None:
    """The files of vectors and graph, one after the other and all kinds of damage."""
    whole = index_dir.with_name("whole")
    shutil.copytree(index_dir, whole)
    graph = [path.relative_to(index_dir) for path in index_dir.rglob("*.bin")]
    assert len(graph) >= 4
    for damage in (garbage, half, flipped, Path.unlink):
        shutil.rmtree(index_dir)
        shutil.copytree(whole, index_dir)
        for path in graph:
            damage(index_dir / path)
        assert opened_and_asked(index_dir) == right


def test_damage_is_told_and_the_old_folder_goes(
    index_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what was wrong; what is left is one folder, another."""
    before = folders(index_dir)
    half(next(index_dir.rglob(MODEL_FILE)))
    opened_and_asked(index_dir)
    assert len(folders(index_dir)) == 1
    assert folders(index_dir) != before
    assert "built anew" in caplog.text
    assert MODEL_FILE in caplog.text


@pytest.mark.parametrize("change", ["less", "more", "moved", "renamed"])
def test_an_index_that_holds_something_else_is_built_anew(
    index_dir: Path, right: Answer, change: str
) -> None:
    """A line that is missing or too many, another vector or number: Chroma itself sees no harm."""
    before = folders(index_dir)
    # Client is what PersistentClient makes, with its type.
    client = Client(
        settings=Settings(is_persistent=True, persist_directory=str(index_dir / before[0]))
    )
    collection = client.get_collection(COLLECTION)
    aside: list[Sequence[float] | Sequence[int]] = [[1.0, *[0.0] * len(toy_library().ids())]]
    if change == "less":
        collection.delete(["7"])
    elif change == "more":
        collection.add(["1000000"], embeddings=aside)
    elif change == "moved":
        collection.update(["7"], embeddings=aside)
    else:
        collection.delete(["7"])
        collection.add(["seven"], embeddings=aside)
    client.close()
    assert opened_and_asked(index_dir) == right
    assert folders(index_dir) != before


def test_another_version_replaces_the_index(index_dir: Path, right: Answer) -> None:
    """A changed text means another index; what is not ours stays, whatever it is called."""
    (index_dir / "notes.txt").write_text("not ours", "utf-8")
    for name in ("elsewhere", "corpus-of-mine"):
        (index_dir / name).mkdir()
    first = folders(index_dir)
    # The lines say the same, so the answers are the same.
    assert opened_and_asked(index_dir, toy_library("toy.2")) == right
    second = folders(index_dir)
    assert set(first) & set(second) == {"elsewhere", "corpus-of-mine"}
    assert len(second) == 3
    assert (index_dir / "notes.txt").exists()


def test_an_index_that_is_used_stays(index_dir: Path, right: Answer) -> None:
    """Starting another version does not take the index from a server that runs; later it goes."""
    running = opened(index_dir)
    newer = toy_library("toy.2")
    opened_and_asked(index_dir, newer)
    assert len(folders(index_dir)) == 2
    assert asked(running) == right
    running.close()
    opened_and_asked(index_dir, newer)
    assert len(folders(index_dir)) == 1


def test_one_index_may_be_opened_twice(index_dir: Path, right: Answer) -> None:
    """Closing one does not close the other."""
    one, other = opened(index_dir), opened(index_dir)
    one.close()
    assert asked(other) == right
    other.close()


def test_the_version_is_known_without_opening(index_dir: Path) -> None:
    """It follows the library and the expansions."""
    retriever = opened(index_dir)
    retriever.close()
    other = toy_expansions().model_copy(update={"version": "toy.2"})
    versions = [
        library_version(toy_library(), toy_expansions()),
        library_version(toy_library("toy.2"), toy_expansions()),
        library_version(toy_library(), other),
    ]
    assert retriever.version == versions[0]
    assert len(set(versions)) == 3


@pytest.mark.parametrize("place", ["index", "index/deeper"])
def test_a_place_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path, place: str) -> None:
    """A file where a directory should be is left alone and reported."""
    (tmp_path / "index").write_text("someone's file", "utf-8")
    with pytest.raises(CorpusError, match="index"):
        opened(tmp_path / place)
    assert (tmp_path / "index").read_text("utf-8") == "someone's file"


def test_a_lock_that_cannot_be_taken_is_an_error(index_dir: Path) -> None:
    """A folder where the lock should be: no guess is made."""
    (index_dir / LOCK_FILE).unlink()
    (index_dir / LOCK_FILE).mkdir()
    with pytest.raises(CorpusError, match="can be neither opened nor built"):
        opened(index_dir)


def test_an_error_while_searching_tells_nothing_of_the_query(index_dir: Path) -> None:
    """A closed index raises CorpusError, without a word of what was asked."""
    retriever = opened(index_dir)
    retriever.close()
    retriever.close()
    with pytest.raises(CorpusError) as raised:
        retriever.search(f"mijn buurvrouw Annie zegt: {QUERY}", 3)
    assert "Annie" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_failing_build_leaves_nothing(tmp_path: Path, right: Answer) -> None:
    """A line about what the library does not have: no folder stays, and the next start builds."""
    lines = toy_expansions().lines
    astray = lines[0].model_copy(update={"targets": ("e99",)})
    wrong = toy_expansions().model_copy(update={"lines": (*lines, astray)})
    for _ in range(2):
        with pytest.raises(CorpusError, match="can be neither opened nor built"):
            LibraryRetriever(tmp_path, toy_library(), wrong)
    assert folders(tmp_path) == []
    assert opened_and_asked(tmp_path) == right


SETTING = """
import os, signal, sys
from pathlib import Path
from assistant import bootstrap
heavy = {"chromadb", "langchain_core", "langchain_openai", "numpy", "scipy"} & {*sys.modules}
assert not heavy, f"importing the wiring loads {heavy}"
from tests.toy_library import QUERY, toy_expansions, toy_library
from assistant.adapters.library.retriever import LibraryRetriever
index_dir = Path(sys.argv[1])
def ask():
    retriever = LibraryRetriever(index_dir, toy_library(), toy_expansions())
    return retriever, [(passage.id, passage.score) for passage in retriever.search(QUERY, 5)]
"""


def process(script: str, index_dir: Path, **env: str) -> subprocess.Popen[str]:
    """Another Python that runs SETTING and `script`."""
    return subprocess.Popen(
        [sys.executable, "-c", SETTING + script, str(index_dir)],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_start_together_share_one_index(tmp_path: Path, right: Answer) -> None:
    """Whoever is first builds, the other waits and opens; both answer the same."""
    running = [process("print(ask()[1])", tmp_path) for _ in range(2)]
    answers = [each.communicate(timeout=60) for each in running]
    assert [each.returncode for each in running] == [0, 0], answers
    assert [out.strip() for out, _ in answers] == [repr(right)] * 2
    assert len(folders(tmp_path)) == 1


def test_an_index_that_another_process_uses_stays(index_dir: Path) -> None:
    """Until that process ends, in whatever way: then the mark goes with it."""
    other = process("retriever, _ = ask(); print('open', flush=True); input()", index_dir)
    assert other.stdout
    assert other.stdout.readline() == "open\n"
    newer = toy_library("toy.2")
    opened_and_asked(index_dir, newer)
    assert len(folders(index_dir)) == 2
    other.kill()
    other.communicate(timeout=60)
    opened_and_asked(index_dir, newer)
    assert len(folders(index_dir)) == 1


def test_a_build_that_was_killed_does_not_count(tmp_path: Path, right: Answer) -> None:
    """Its folder is cleared away by the next start, which does not wait for the dead one's lock."""
    script = """
from assistant.adapters.library import model
from assistant.adapters.library.vectors import Vectors
def fatal(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(*{}, fatal)
ask()
"""
    moments = ('(model, "learned")', '(Vectors, "add")', '(model, "save")')
    places = [tmp_path / str(number) for number in range(len(moments))]
    doomed = [process(script.format(m), p) for m, p in zip(moments, places, strict=True)]
    for each, index_dir in zip(doomed, places, strict=True):
        each.communicate(timeout=60)
        assert each.returncode == -signal.SIGKILL
        half_built = folders(index_dir)
        began = time.perf_counter()
        assert opened_and_asked(index_dir) == right
        assert time.perf_counter() - began < 10
        assert len(half_built) == len(folders(index_dir)) == 1
        assert folders(index_dir) != half_built


def test_nothing_is_sent_whatever_the_environment_asks(tmp_path: Path) -> None:
    """Telemetry and tracing asked for by the environment lead to no name look-up, no connection."""
    script = """
tried = []
def guard(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        tried.append((event, str(arguments[1:])))
        raise PermissionError(event)
sys.addaudithook(guard)
import socket
try:
    socket.create_connection(("192.0.2.1", 443), timeout=1)
except PermissionError:
    assert tried.pop(), "the guard works"
assert ask()[1]
import threading
assert not tried, tried
print([thread.name for thread in threading.enumerate()])
"""
    other = process(
        script,
        tmp_path,
        ANONYMIZED_TELEMETRY="True",
        CHROMA_OTEL_GRANULARITY="all",
        CHROMA_OTEL_COLLECTION_ENDPOINT="http://192.0.2.1:4317",
        CHROMA_API_IMPL="chromadb.api.fastapi.FastAPI",
        LANGSMITH_TRACING="true",
        LANGSMITH_API_KEY="none",
        LANGSMITH_ENDPOINT="http://192.0.2.1",
    )
    out, error = other.communicate(timeout=60)
    assert other.returncode == 0, error
    assert out.strip() == "['MainThread']"


def test_the_mark_of_use_is_no_write_lock(index_dir: Path) -> None:
    """Any number of processes may use a folder; only who wants it gone is kept out."""
    retriever = opened(index_dir)
    path = index_dir / folders(index_dir)[0] / IN_USE_FILE
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite3.connect(path, timeout=0, isolation_level=None).execute("BEGIN EXCLUSIVE")
    other = opened(index_dir)
    other.close()
    retriever.close()
    sqlite3.connect(path, timeout=0, isolation_level=None).execute("BEGIN EXCLUSIVE")
