"""The one place that wires: settings in, a house out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from assistant.adapters import prompt_files
from assistant.adapters.essay_files import read_essay
from assistant.adapters.expansion_files import read_expansions
from assistant.adapters.library.versions import library_version
from assistant.adapters.literature_files import read_literature
from assistant.adapters.shelf import Shelf
from assistant.adapters.sql import open_store
from assistant.adapters.warming import LazyLibrary
from assistant.errors import EmbeddingUnavailable
from assistant.house import House
from assistant.ports import Redactor, Retriever, Tagger
from assistant.records import Library, TaggerLists
from assistant.settings import Settings, read_settings
from assistant.steps.door import Door
from assistant.steps.privacy import StructuredRedactor
from assistant.steps.tagging import EmbeddedTagger


class SystemClock:
    """The clock of this machine, down to the day."""

    def today(self) -> date:
        """The local date."""
        return date.today()


def open_house(settings: Settings | None = None, *, wait_for_library: bool = False) -> House:
    """Everything an interview needs, from `settings` or else from the environment.

    Opens the store, bringing it up to date. With `wait_for_library` a search waits until the
    corpus index is loaded; without, it finds nothing until then and no turn is held up.
    """
    settings = settings or read_settings()
    prompts, library = settings.prompts_dir, read_library(settings)
    password = settings.research_password
    return House(
        store=open_store(settings.store_url),
        redactor=make_redactor(),
        tagger=make_tagger(settings),
        retriever=make_retriever(settings, library, wait=wait_for_library),
        library=library,
        shelf=make_shelf(settings, library),
        door=Door(password.get_secret_value() if password else None),
        clock=SystemClock(),
        guides=prompt_files.read_guides(prompts),
        codebook=prompt_files.read_codebook(prompts),
        cues=prompt_files.read_cues(prompts),
        consent=prompt_files.read_consent(prompts),
        phrases=prompt_files.read_phrases(prompts),
        answer_limit=settings.answer_limit,
        stretches_per_cell=settings.stretches_per_cell,
    )


def make_redactor() -> Redactor:
    """The redactor in use."""
    return StructuredRedactor()


def make_tagger(settings: Settings) -> Tagger:
    """The embedded tagger with its newest word lists."""
    lists = prompt_files.read_record(
        prompt_files.newest(settings.prompts_dir, "tagger"), TaggerLists
    )
    return EmbeddedTagger(lists, prompt_files.read_codebook(settings.prompts_dir).name)


def read_library(settings: Settings) -> Library:
    """The essay and the literature it cites, checked. Raises CorpusError."""
    essay = read_essay(settings.corpus_dir)
    return Library(essay=essay, literature=read_literature(settings.corpus_dir, essay))


def search_version(settings: Settings) -> str:
    """The version of the search, which is kept with what it found. Nothing is opened for it."""
    library = read_library(settings)
    return library_version(library, read_expansions(settings.corpus_dir, frozenset(library.ids())))


def make_shelf(settings: Settings, library: Library | None = None) -> Shelf:
    """The shelf with the documents that were added to works of the library."""
    literature = (library or read_library(settings)).literature
    return Shelf(settings.shelf_dir, [work.key for work in literature.works])


def make_retriever(
    settings: Settings,
    library: Library | None = None,
    *,
    wait: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Retriever:
    """The library's search, built when missing.

    `progress` hears lines done and lines in all while an endpoint is asked for their embeddings.
    """
    library = library or read_library(settings)
    expansions = read_expansions(settings.corpus_dir, frozenset(library.ids()))
    endpoint = settings.embedding

    def load() -> Retriever:
        # Here, in the thread that loads: what these import takes a second or two.
        from assistant.adapters.library.remote_embedding import RemoteEmbedding
        from assistant.adapters.library.retriever import LibraryRetriever

        return LibraryRetriever(
            settings.index_dir,
            library,
            expansions,
            shelf=make_shelf(settings, library),
            remote=(lambda: RemoteEmbedding(endpoint, progress)) if endpoint else None,
        )

    lazy = LazyLibrary(load, library_version(library, expansions), wait=wait)
    lazy.warm()
    return lazy


def rehearse(settings: Settings) -> None:
    """Open what a house needs and let go of it: what is wrong is raised here, in plain words."""
    check_texts(settings)
    library = read_library(settings)
    read_expansions(settings.corpus_dir, frozenset(library.ids()))
    open_store(settings.store_url).close()


def check_texts(settings: Settings) -> Iterable[str]:
    """What is wrong with the versioned texts, one sentence each. Raises PromptFileError."""
    prompts = settings.prompts_dir
    prompt_files.read_guides(prompts)
    prompt_files.read_consent(prompts)
    prompt_files.read_cues(prompts)
    prompt_files.read_phrases(prompts)
    make_tagger(settings)
    return prompt_files.check_versions(prompts)


def check_library(settings: Settings) -> Iterable[str]:
    """What is wrong with the library, one sentence each. Raises CorpusError."""
    library = read_library(settings)
    yield from map(str, make_shelf(settings, library).faults())
    if settings.embedding:
        from assistant.adapters.library.remote_embedding import RemoteEmbedding

        try:
            RemoteEmbedding(settings.embedding)
        except EmbeddingUnavailable as wrong:
            yield f"{wrong} Until then the embedding that ships with us is used."
    if not make_retriever(settings, library, wait=True).search("continuïteit in beleid", 1):
        yield "The index finds nothing. Remove the folder `index` in data_dir."


def check_store(settings: Settings) -> Iterable[str]:
    """What is wrong with the store, one sentence each. Raises StoreError when it will not open."""
    return open_store(settings.store_url).check()
