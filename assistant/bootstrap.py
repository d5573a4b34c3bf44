"""The one place that wires: settings in, a house out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from threading import Event
from typing import TYPE_CHECKING

from assistant.adapters import prompt_files
from assistant.adapters.coding_workers import CodingWorkers
from assistant.adapters.endpoint import host_of
from assistant.adapters.essay_files import read_essay
from assistant.adapters.expansion_files import read_expansions
from assistant.adapters.library.versions import library_version
from assistant.adapters.literature_files import read_literature
from assistant.adapters.shelf import Shelf
from assistant.adapters.sql import SqlStore, open_store
from assistant.adapters.warming import LazyLibrary
from assistant.errors import EmbeddingUnavailable, ModelMisbehaved, ModelUnavailable
from assistant.house import House
from assistant.ports import CodingQueue, Redactor, Retriever, SlowTagger
from assistant.records import (
    Codebook,
    Coding,
    Consent,
    JobCounts,
    Lang,
    Level,
    Library,
    Processing,
    TaggerLists,
)
from assistant.settings import Settings, read_settings
from assistant.steps.door import Door
from assistant.steps.privacy import StructuredRedactor
from assistant.steps.tagging import RuleTagger

if TYPE_CHECKING:
    from assistant.adapters.agreement import LevelAgreement
    from assistant.adapters.tagger.tagger import EmbeddedTagger

_TRIAL = "Er kwam weer een nieuwe begeleider."


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
    codebook, store = read_codebook(settings, library), make_store(settings)
    slow = make_slow_tagger(settings, codebook)
    return House(
        store=store,
        queue=store.queue,
        redactor=make_redactor(),
        tagger=make_tagger(settings),
        slow_coder=slow.coder if slow else None,
        retriever=make_retriever(settings, library, wait=wait_for_library),
        library=library,
        shelf=make_shelf(settings, library),
        door=Door(password.get_secret_value() if password else None),
        clock=SystemClock(),
        guides=prompt_files.read_guides(prompts),
        codebook=codebook,
        cues=prompt_files.read_cues(prompts),
        consent=read_consent(settings),
        phrases=prompt_files.read_phrases(prompts),
        answer_limit=settings.answer_limit,
        stretches_per_cell=settings.stretches_per_cell,
    )


def read_consent(settings: Settings) -> Consent:
    """The newest consent, as it holds where answers go by these settings."""
    chat, search = settings.chat, settings.embedding
    processing = Processing(
        model=chat.model if chat else None,
        coding_host=host_of(chat.url) if chat else None,
        search_host=host_of(search.url) if search else None,
    )
    return prompt_files.read_consent(settings.prompts_dir).here(processing)


def make_redactor() -> Redactor:
    """The redactor in use."""
    return StructuredRedactor()


def make_tagger(settings: Settings) -> EmbeddedTagger:
    """The embedded tagger: the model that ships with us, and the newest word lists."""
    from assistant.adapters.tagger.model import MODEL_FILE, load
    from assistant.adapters.tagger.tagger import EmbeddedTagger

    lists = prompt_files.read_record(
        prompt_files.newest(settings.prompts_dir, "tagger"), TaggerLists
    )
    codebook = read_codebook(settings)
    return EmbeddedTagger(RuleTagger(lists, codebook.name), load(MODEL_FILE), codebook)


def make_explainer(settings: Settings) -> Callable[[str, Lang, Level], Sequence[tuple[str, float]]]:
    """Says which features weighed most for or against a level of a text, and how much."""
    return make_tagger(settings).explain


def make_slow_tagger(settings: Settings, codebook: Codebook) -> SlowTagger | None:
    """The language model that codes behind the interview; None when none is set.

    What it needs to ask is imported when it is first asked, its coder is known at once.
    """
    if settings.chat is None:
        return None
    from assistant.adapters.model_tagger import ModelTagger, read_tagging_prompt

    return ModelTagger(settings.chat, codebook, read_tagging_prompt(settings.prompts_dir))


def make_coding_workers(
    settings: Settings, queue: CodingQueue, tagger: SlowTagger, bell: Event | None = None
) -> CodingWorkers:
    """Who works on the queue for the language model, as consents allow; not started yet."""
    allowed = read_consent(settings).allows_coding
    return CodingWorkers(queue, tagger, settings.coding_workers, allowed=allowed, bell=bell)


def start_coding(house: House, settings: Settings | None = None) -> CodingWorkers | None:
    """Let this process work on the queue of `house`, until `stop()`; None when no model is set."""
    settings = settings or read_settings()
    tagger = make_slow_tagger(settings, house.codebook)
    if tagger is None:
        return None
    workers = make_coding_workers(settings, house.queue, tagger, house.bell)
    workers.start()
    return workers


def measure_agreement(pairs: Sequence[tuple[Coding, Coding]]) -> tuple[LevelAgreement, ...]:
    """How far two coders agree on each level; each pair is what they say of one answer."""
    # Here, for who measures: importing what this is made of takes a second.
    from assistant.adapters.agreement import by_level

    return by_level(pairs)


def make_store(settings: Settings) -> SqlStore:
    """The store, brought up to date, with its `queue`. Raises StoreError."""
    return open_store(settings.store_url)


def read_codebook(settings: Settings, library: Library | None = None) -> Codebook:
    """The newest codebook, checked against the essay. Raises PromptFileError or CorpusError."""
    essay = library.essay if library else read_essay(settings.corpus_dir)
    paragraphs = [paragraph.id for paragraph in essay.paragraphs]
    return prompt_files.read_codebook(settings.prompts_dir, paragraphs)


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
    from assistant.adapters.model_tagger import read_tagging_prompt

    prompts = settings.prompts_dir
    prompt_files.read_guides(prompts)
    prompt_files.read_consent(prompts)
    prompt_files.read_cues(prompts)
    prompt_files.read_phrases(prompts)
    make_tagger(settings)
    read_tagging_prompt(prompts)
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


def check_model(settings: Settings) -> Iterable[str]:
    """What is wrong with the language model, one sentence each; nothing when none is set.

    It is asked to code a short sentence, and may take as long as for an answer.
    """
    tagger = make_slow_tagger(settings, read_codebook(settings))
    if tagger is None:
        return
    try:
        tagger.tag(_TRIAL, "nl")
    except (ModelUnavailable, ModelMisbehaved) as wrong:
        yield f"{wrong} Interviews go on without it, and answers wait."


def waiting_for_nobody(settings: Settings) -> int:
    """How many answers wait for a model or prompt that is no longer in use. Raises StoreError."""
    tagger = make_slow_tagger(settings, read_codebook(settings))
    return make_store(settings).queue.strays(tagger.coder if tagger else None)


def waiting_for_model(settings: Settings) -> JobCounts | None:
    """How many answers wait for the language model; None when none is set. Raises StoreError."""
    tagger = make_slow_tagger(settings, read_codebook(settings))
    return make_store(settings).queue.counts(tagger.coder) if tagger else None
