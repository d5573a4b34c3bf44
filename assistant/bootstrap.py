"""The one place that wires: settings in, a house out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.adapters import prompt_files
from assistant.adapters.chroma_library import ChromaLibrary, library_version
from assistant.adapters.essay_files import read_essay
from assistant.adapters.sql import open_store
from assistant.adapters.warming import LazyLibrary
from assistant.house import House
from assistant.ports import Redactor, Retriever, Tagger
from assistant.records import TaggerLists
from assistant.settings import Settings, read_settings
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
    prompts = settings.prompts_dir
    return House(
        store=open_store(settings.store_url),
        redactor=make_redactor(),
        tagger=make_tagger(settings),
        retriever=make_retriever(settings, wait=wait_for_library),
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


def make_retriever(settings: Settings, *, wait: bool) -> Retriever:
    """The library: the essay's paragraphs in Chroma, built when missing."""
    essay = read_essay(settings.corpus_dir)
    library = LazyLibrary(
        lambda: ChromaLibrary(settings.index_dir, essay), library_version(essay), wait=wait
    )
    library.warm()
    return library


def rehearse(settings: Settings) -> None:
    """Open what a house needs and let go of it: what is wrong is raised here, in plain words."""
    check_texts(settings)
    read_essay(settings.corpus_dir)
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


def check_store(settings: Settings) -> Iterable[str]:
    """What is wrong with the store, one sentence each. Raises StoreError when it will not open."""
    return open_store(settings.store_url).check()
