"""The index on disk: built once, built anew when it is not whole, shared by processes, unheard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from chromadb.api.client import Client
from chromadb.config import Settings

from assistant.adapters.chroma_library import ChromaLibrary, library_version
from assistant.adapters.essay_files import read_essay
from assistant.adapters.lexical_embedding import DIMENSIONS, LexicalEmbedding
from assistant.errors import CorpusError
from assistant.records.corpus import Essay

ROOT = Path(__file__).parents[2]
ESSAY = read_essay(ROOT / "corpus")
# Six paragraphs are enough where only the index is tested.
SMALL = ESSAY.model_copy(update={"paragraphs": ESSAY.paragraphs[:6], "version": "essay.small"})
QUERY = "Elk jaar een nieuw project met een nieuwe naam en nieuwe gezichten."


def folders(index_dir: Path) -> list[str]:
    """The names of the index folders, which are what a build leaves."""
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir())


def opened_and_asked(index_dir: Path, essay: Essay = SMALL) -> list[str]:
    """The ids that QUERY finds in an index that is opened for it and closed again."""
    library = ChromaLibrary(index_dir, essay)
    found = [passage.id for passage in library.search(QUERY, 3)]
    library.close()
    return found


def test_built_once_and_then_opened(tmp_path: Path) -> None:
    """A second start uses the index of the first; a directory that is not there is made."""
    index_dir = tmp_path / "not" / "there yet"
    found = opened_and_asked(index_dir)
    built = folders(index_dir)
    assert found[0] == "e06"
    assert opened_and_asked(index_dir) == found
    assert folders(index_dir) == built
    assert len(built) == 1


@pytest.mark.parametrize("damage", ["garbage", "half", "empty", "removed"])
def test_a_damaged_index_is_built_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever happened to its files, the lock's included, the answers are those of before."""
    found, built = opened_and_asked(tmp_path), folders(tmp_path)
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        size = max(path.stat().st_size, 100)
        if damage == "garbage":
            path.write_bytes(bytes(range(256)) * (size // 256 + 1))
        elif damage == "half":
            os.truncate(path, size // 2)
        elif damage == "empty":
            os.truncate(path, 0)
        else:
            path.unlink()
    assert opened_and_asked(tmp_path) == found
    assert len(folders(tmp_path)) == 1
    assert folders(tmp_path) != built
    assert "built anew" in caplog.text


def test_an_index_that_lacks_a_paragraph_or_holds_another_vector_is_built_anew(
    tmp_path: Path,
) -> None:
    """What a build that was interrupted leaves does not count, nor does a changed vector."""
    found = opened_and_asked(tmp_path)
    for change in ("delete", "update"):
        built = folders(tmp_path)
        # Client is what PersistentClient makes, with its type.
        client = Client(
            settings=Settings(is_persistent=True, persist_directory=str(tmp_path / built[0]))
        )
        collection = client.list_collections()[0]
        if change == "delete":
            collection.delete(["e06"])
        else:
            moved: list[Sequence[float] | Sequence[int]] = [[1.0, *[0.0] * (DIMENSIONS - 1)]]
            collection.update(["e06"], embeddings=moved)
        client.close()
        assert opened_and_asked(tmp_path) == found
        assert folders(tmp_path) != built


def test_another_version_replaces_the_index(tmp_path: Path) -> None:
    """A changed text or another embedding means another collection; nothing else is removed."""
    (tmp_path / "notes.txt").write_text("not ours", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    opened_and_asked(tmp_path)
    first = folders(tmp_path)
    shorter = SMALL.model_copy(update={"paragraphs": SMALL.paragraphs[1:], "version": "essay.2"})
    opened_and_asked(tmp_path, shorter)
    second = folders(tmp_path)
    other = LexicalEmbedding([paragraph.text for paragraph in shorter.paragraphs])
    other.version = "other.v2"
    ChromaLibrary(tmp_path, shorter, other).close()
    third = folders(tmp_path)
    assert [len(names) for names in (first, second, third)] == [2, 2, 2]
    assert set(first) & set(second) & set(third) == {"elsewhere"}
    assert (tmp_path / "notes.txt").exists()


def test_an_index_that_is_used_stays(tmp_path: Path) -> None:
    """Starting another version does not take the index from a server that runs; later it goes."""
    running = ChromaLibrary(tmp_path, SMALL)
    other = SMALL.model_copy(update={"version": "essay.2"})
    found = opened_and_asked(tmp_path, other)
    assert len(folders(tmp_path)) == 2
    assert [passage.id for passage in running.search(QUERY, 3)] == found
    running.close()
    opened_and_asked(tmp_path, other)
    assert len(folders(tmp_path)) == 1


def test_the_version_is_known_without_opening(tmp_path: Path) -> None:
    """It names corpus, embedding and threshold, and changes with each."""
    library = ChromaLibrary(tmp_path, SMALL)
    library.close()
    assert library.version == library_version(SMALL)
    assert len({library_version(ESSAY), library_version(SMALL), library_version(ESSAY, 0.2)}) == 3


def test_a_place_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path) -> None:
    """A file where the directory should be is left alone and reported."""
    place = tmp_path / "index"
    place.write_text("someone's file", "utf-8")
    with pytest.raises(CorpusError, match="index"):
        ChromaLibrary(place, SMALL)
    assert place.read_text("utf-8") == "someone's file"


def test_an_error_while_searching_tells_nothing_of_the_query(tmp_path: Path) -> None:
    """A closed index raises CorpusError, without a word of what was asked."""
    library = ChromaLibrary(tmp_path, SMALL)
    library.close()
    with pytest.raises(CorpusError) as raised:
        library.search("mijn buurvrouw Annie en het project", 3)
    assert "Annie" not in str(raised.value)
    assert raised.value.__suppress_context__


SETTING = """
import os, signal, sys
from pathlib import Path
from assistant.adapters import chroma_library, warming
from assistant.adapters.essay_files import read_essay
heavy = sorted({"chromadb", "langchain_core", "langchain_chroma", "numpy"} & set(sys.modules))
assert not heavy, f"importing the library loads {heavy}"
essay = read_essay(Path("corpus"))
index_dir = Path(sys.argv[1])
"""


def process(script: str, index_dir: Path, **env: str) -> subprocess.Popen[str]:
    """Another Python that runs SETTING and `script`."""
    return subprocess.Popen(
        [sys.executable, "-c", SETTING + script, str(index_dir)],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_start_together_share_one_index(tmp_path: Path) -> None:
    """Whoever is first builds, the others wait and open; all answer the same."""
    script = """
library = chroma_library.ChromaLibrary(index_dir, essay)
print([(passage.id, passage.score) for passage in library.search("aanbestedingen", 5)])
"""
    running = [process(script, tmp_path) for _ in range(3)]
    answers = [each.communicate(timeout=60) for each in running]
    assert [each.returncode for each in running] == [0, 0, 0], answers
    assert len({out for out, _ in answers}) == 1
    assert "e24" in answers[0][0]
    assert len(folders(tmp_path)) == 1


def test_a_build_that_was_killed_does_not_count(tmp_path: Path) -> None:
    """Its folder is cleared away by the next start, which does not wait for the dead one's lock."""
    script = """
from assistant.adapters.lexical_embedding import LexicalEmbedding
class Fatal(LexicalEmbedding):
    calls = 0
    def embed_documents(self, texts):
        self.calls += 1
        if self.calls == 2:  # the first is before the build, the second in the midst of it
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_documents(texts)
chroma_library.ChromaLibrary(index_dir, essay, Fatal([p.text for p in essay.paragraphs]))
"""
    killed = process(script, tmp_path)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    half_built = folders(tmp_path)
    assert len(half_built) == 1
    library = ChromaLibrary(tmp_path, ESSAY)
    assert library.search(QUERY, 1)[0].id == "e06"
    library.close()
    assert len(folders(tmp_path)) == 1
    assert folders(tmp_path) != half_built


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
library = chroma_library.ChromaLibrary(index_dir, essay)
assert library.search("aanbestedingen", 5)
import threading
assert not tried, tried
print([thread.name for thread in threading.enumerate()])
"""
    asked = process(
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
    out, error = asked.communicate(timeout=60)
    assert asked.returncode == 0, error
    assert out.strip() == "['MainThread']"
