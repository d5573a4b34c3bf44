"""The essay's paragraphs in a Chroma index on disk, reached through LangChain's vector store.

Importing this module is cheap: chromadb and LangChain are imported when a library is opened.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.errors import CorpusError
from assistant.records import Passage
from assistant.records.corpus import Essay

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from langchain_chroma import Chroma

    from assistant.adapters.lexical_embedding import LexicalEmbedding

# The lowest score that is shown; how it was chosen: evals/retrieval/README.md.
THRESHOLD = 0.07
LOCK_FILE = "lock.sqlite"
IN_USE_FILE = "in-use.sqlite"
LOCK_SECONDS = 60.0
# Every folder of ours in the index directory: collection name, dot, eight hex digits.
_OURS = re.compile(r"corpus-[A-Za-z0-9._-]*\.[0-9a-f]{8}")

log = logging.getLogger(__name__)


class ChromaLibrary:
    """A Retriever over the paragraphs of one essay.

    What it returns is taken from the Essay, never from the index: verbatim, with its place. The
    score is the cosine of query and paragraph, in [0, 1], four decimals; under `threshold` there
    is no passage. Opening builds the index when it is missing, half built, damaged or of another
    version, and waits while another process does so. Safe to use from several threads at once.

    No text of a query reaches Chroma, only its vector, and LangChain is called where it does not
    trace: a passing LANGSMITH_TRACING in the environment cannot send an answer elsewhere.

    Raises CorpusError when the index can be neither opened nor built, or not searched.
    """

    def __init__(
        self,
        index_dir: Path,
        essay: Essay,
        embedding: LexicalEmbedding | None = None,
        threshold: float = THRESHOLD,
    ) -> None:
        self._essay = essay
        self._paragraphs = {paragraph.id: paragraph for paragraph in essay.paragraphs}
        self._threshold = threshold
        texts = {paragraph.id: paragraph.text for paragraph in essay.paragraphs}
        with _vendor_errors(f"The index in {index_dir} can be neither opened nor built"):
            embedding = embedding or _fitted(texts)
            self.version = _version(essay, embedding.version, threshold)
            name = _collection_name(essay, embedding.version)
            self._index = _open_or_build(index_dir, name, embedding, texts)

    def search(self, query: str, k: int) -> tuple[Passage, ...]:
        """At most `k` passages that fit, best first, equals in reading order; maybe none."""
        if k < 1:
            return ()
        with _vendor_errors("The index cannot be searched; restart to build it anew", secret=True):
            at_most = min(k, len(self._paragraphs))
            nearest = self._index.store.similarity_search_with_score(query, at_most)
            passages = [self._passage(str(found.id), distance) for found, distance in nearest]
        fitting = [passage for passage in passages if passage.score >= self._threshold]
        return tuple(sorted(fitting, key=lambda passage: (-passage.score, passage.id)))

    def close(self) -> None:
        """Let go of the files; searching is over."""
        self._index.close()

    def _passage(self, paragraph_id: str, distance: float) -> Passage:
        paragraph = self._paragraphs[paragraph_id]
        return Passage(
            id=paragraph.id,
            text=paragraph.text,
            speaker=paragraph.speaker,
            source=self._essay.provenance.source,
            chapter=paragraph.chapter,
            section=paragraph.section,
            page=paragraph.page,
            footnotes=paragraph.footnotes,
            corpus=self._essay.version,
            score=round(min(1.0, max(0.0, 1.0 - distance)), 4),
        )


def library_version(essay: Essay, threshold: float = THRESHOLD) -> str:
    """The version a ChromaLibrary of this essay has, without opening one."""
    from assistant.adapters.lexical_embedding import lexical_version

    fitted_on = [paragraph.text for paragraph in essay.paragraphs]
    return _version(essay, lexical_version(fitted_on), threshold)


def _version(essay: Essay, embedding: str, threshold: float) -> str:
    return f"{essay.version}-{embedding}-{threshold:g}"


def _collection_name(essay: Essay, embedding: str) -> str:
    """A name Chroma takes that tells essay and embedding, with their versions, apart."""
    return "corpus-" + re.sub(r"[^A-Za-z0-9._-]", "_", f"{essay.version}-{embedding}")


def _fitted(texts: Mapping[str, str]) -> LexicalEmbedding:
    from assistant.adapters.lexical_embedding import LexicalEmbedding

    return LexicalEmbedding(list(texts.values()))


@dataclass(frozen=True)
class _Index:
    """One open folder: its collection, and what keeps it open and from being removed."""

    store: Chroma
    client: Client
    in_use: sqlite3.Connection

    def close(self) -> None:
        self.client.close()
        self.in_use.close()


def _open_or_build(
    index_dir: Path, name: str, embedding: LexicalEmbedding, texts: Mapping[str, str]
) -> _Index:
    """The index that holds exactly `texts`; folders of ours that nobody uses are removed.

    A folder counts when what it holds is what a build would put there now, so a half-built or
    damaged one needs no mark: it fails the comparison.
    """
    vectors = dict(zip(texts, embedding.embed_documents(list(texts.values())), strict=True))
    with _alone_in(index_dir):
        for folder in sorted(index_dir.glob(f"{name}.*")):
            try:
                index = _opened(folder, name, embedding)
                _compare(index, vectors)
            except CorpusError as damage:
                log.warning("The corpus index is built anew. %s", damage)
            else:
                _remove_all_but(folder)
                return index
        # A new name every time: Chroma keeps clients by path, also of a folder that is gone.
        folder = index_dir / f"{name}.{secrets.token_hex(4)}"
        index = _opened(folder, name, embedding)
        index.store.add_texts(list(texts.values()), ids=list(texts))
        _compare(index, vectors)
        _remove_all_but(folder)
        return index


def _opened(folder: Path, name: str, embedding: LexicalEmbedding) -> _Index:
    """Chroma on this folder, made when it is not there; telemetry off whatever the environment."""
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    settings = Settings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_granularity="none",
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        migrations="apply",
        allow_reset=False,
    )
    # The approximate search is exact while ef_search is no less than the number of paragraphs.
    cosine: CreateCollectionConfiguration = {
        "hnsw": {"space": "cosine", "ef_construction": 400, "ef_search": 400}
    }
    with _vendor_errors(f"{folder.name} cannot be opened"), ExitStack() as undo:
        client = cast("Client", chromadb.PersistentClient(folder, settings))
        undo.callback(client.close)
        store = Chroma(name, embedding, client=client, collection_configuration=cosine)
        index = _Index(store, client, _marked_in_use(folder))
        undo.pop_all()
        return index


def _compare(index: _Index, vectors: Mapping[str, list[float]]) -> None:
    """Raises CorpusError, and closes the index, unless it holds and finds just these vectors."""
    import numpy

    with _vendor_errors("The index cannot be read"), ExitStack() as undo:
        undo.callback(index.close)
        held = index.store.get(include=["embeddings"])
        by_id = dict(zip(held["ids"], held["embeddings"], strict=True))
        if sorted(by_id) != sorted(vectors):
            raise CorpusError("The index does not hold the paragraphs of the essay.")
        if not numpy.allclose([by_id[name] for name in vectors], [*vectors.values()], atol=1e-6):
            raise CorpusError("The index holds other vectors than the essay gives.")
        first = next(iter(vectors.values()))
        nearest = index.store.similarity_search_by_vector_with_relevance_scores(first, 1)
        if not nearest or abs(nearest[0][1]) > 1e-3:
            raise CorpusError("The index does not find a paragraph by its own vector.")
        undo.pop_all()


def _remove_all_but(kept: Path) -> None:
    """Remove older versions, damaged and half-built folders; nothing that is used or not ours."""
    for path in kept.parent.iterdir():
        if path == kept or not _OURS.fullmatch(path.name) or _is_in_use(path):
            continue
        with suppress(OSError):  # one that stays is in nobody's way and goes another time
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _marked_in_use(folder: Path) -> sqlite3.Connection:
    """A shared lock on the folder for as long as the connection is open or its process lives."""
    # An index may be closed in another thread than the one that opened it.
    mark = sqlite3.connect(folder / IN_USE_FILE, isolation_level=None, check_same_thread=False)
    mark.execute("BEGIN")
    mark.execute("SELECT * FROM sqlite_master").fetchall()
    return mark


def _is_in_use(folder: Path) -> bool:
    try:
        _locked(folder / IN_USE_FILE, seconds=0).close()
    except sqlite3.Error as wrong:
        return wrong.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def _alone_in(index_dir: Path) -> Iterator[None]:
    """One process or thread at a time. SQLite's lock works everywhere and dies with its holder."""
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        lock = _locked(index_dir / LOCK_FILE)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # its bytes are damaged: it holds nothing worth keeping
        (index_dir / LOCK_FILE).unlink(missing_ok=True)
        lock = _locked(index_dir / LOCK_FILE)
    try:
        yield
    finally:
        lock.close()


def _locked(path: Path, seconds: float = LOCK_SECONDS) -> sqlite3.Connection:
    lock = sqlite3.connect(path, timeout=seconds, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock


@contextmanager
def _vendor_errors(message: str, *, secret: bool = False) -> Iterator[None]:
    """Whatever goes wrong inside becomes a CorpusError; with `secret`, its words stay out of it."""
    try:
        yield
    except (CorpusError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    # A panic of Chroma's Rust core is a BaseException that cannot be imported by name.
    except BaseException as wrong:
        if secret:
            raise CorpusError(f"{message} ({type(wrong).__name__}).") from None
        raise CorpusError(f"{message} ({type(wrong).__name__}: {wrong}).") from wrong
