"""From an answer to a coding, by way of a language model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from time import monotonic

from assistant.adapters.endpoint import within
from assistant.adapters.model_tagger.chat import ChatEndpoint, Reply, encodable
from assistant.adapters.model_tagger.codebook_text import described
from assistant.adapters.model_tagger.quotes import Quotable
from assistant.adapters.model_tagger.wire import NoCoding, WireTag, read, schema
from assistant.adapters.prompt_files import newest
from assistant.adapters.prompt_templates import Prompt, read_prompt
from assistant.errors import ModelMisbehaved
from assistant.records import (
    LEVELS,
    POLARITIES,
    Codebook,
    Coder,
    Coding,
    Lang,
    Level,
    Polarity,
    Tag,
    Usage,
)
from assistant.settings import ChatSettings

VERSION = "model_tagger.1"  # of how the codebook is put to a model and what it writes is read
CHARACTERS_SENT = 10_000
_ECHOED = 4_000  # characters of what could not be used that the model is shown again
_VARIABLES = {"system": ("codebook",), "answer": ("mark", "text"), "repair": ("problem",)}
_LEVELS: Mapping[str, Level] = {level: level for level in LEVELS} | {
    "organizational": "organisational"  # what a model may make of it that no schema binds
}
_POLARITIES: Mapping[str, Polarity] = {polarity: polarity for polarity in POLARITIES}


def read_tagging_prompt(prompts: Path) -> Prompt:
    """The newest prompt for coding. Raises PromptFileError."""
    return read_prompt(newest(prompts, "tagging", "md"), _VARIABLES)


class ModelTagger:
    """Codes one answer by a language model behind a chat endpoint. Several threads may share one.

    Of a long text the first 10,000 characters are sent, and coded. A tag stays only with a level
    and polarity of the codebook and a quote that stands in the text; a code that is not under its
    level becomes None. What is no coding, or a coding of which no tag can stay (which is not to
    say "none of the levels"), is asked for once more, with what was wrong with it.
    """

    def __init__(self, settings: ChatSettings, codebook: Codebook, prompt: Prompt) -> None:
        self.coder = Coder(
            origin=f"model:{settings.model}",
            codebook=codebook.name,
            version=f"{prompt.name}+{VERSION}",
        )
        self._seconds = settings.seconds
        self._codebook = codebook
        self._prompt = prompt
        self._system = prompt.fill("system", codebook=described(codebook))
        self._endpoint = ChatEndpoint(settings, schema(codebook))

    def tag(self, text: str, lang: Lang) -> Coding:  # noqa: ARG002 - the model sees the language
        """The levels `text` carries, every span found back in `text`, with the tokens it took.

        All tries together take as long as the settings allow at most. Raises ModelUnavailable when
        the endpoint is down, too slow, too busy or refuses, ModelMisbehaved when it wrote no coding
        twice; neither says a word of the text or of what was written.
        """
        sent = encodable(text[:CHARACTERS_SENT])
        if not sent.strip():
            return self._coding((), None)
        self._endpoint.open()  # before the clock runs: the first time, this takes a while
        until = monotonic() + self._seconds
        try:
            return within(self._seconds, lambda: self._coded(sent, until))
        except TimeoutError:
            raise self._endpoint.too_slow() from None

    def _coded(self, text: str, until: float) -> Coding:
        question = [("system", self._system), ("user", self._wrapped(text))]
        first = self._endpoint.ask(question, until)
        try:
            return self._coding(self._tags(first, text), first.usage)
        except NoCoding as wrong:
            problem = str(wrong)
        again = self._endpoint.ask([*question, *self._repair(first, problem)], until)
        try:
            return self._coding(self._tags(again, text), _sum(first.usage, again.usage))
        except NoCoding as wrong:
            problem = str(wrong)
        raise ModelMisbehaved(
            f"What {self.coder.origin} wrote is no coding, twice; the second time {problem}."
        )

    def _wrapped(self, text: str) -> str:
        """`text` between marks that do not occur in it."""
        return self._prompt.fill("answer", mark=f"answer-{unused_name(text)}", text=text)

    def _repair(self, reply: Reply, problem: str) -> Iterator[tuple[str, str]]:
        # Many servers want the two to take turns, and nobody to say nothing.
        yield "assistant", reply.text[:_ECHOED] or "(nothing)"
        yield "user", self._prompt.fill("repair", problem=problem)

    def _tags(self, reply: Reply, text: str) -> tuple[Tag, ...]:
        written = read(reply.text)
        quotable = Quotable(text)
        tags = _surest(tag for one in written if (tag := self._tag(one, quotable)))
        if written and not tags:
            raise NoCoding(
                "no tag in it has a level and a polarity of the codebook and a quote that stands "
                "in the answer"
            )
        return tags

    def _tag(self, written: WireTag, quotable: Quotable) -> Tag | None:
        level = _LEVELS.get(written.level.strip().lower())
        polarity = _POLARITIES.get(written.polarity.strip().lower())
        code = (written.code or "").strip().lower() or None
        span = quotable.find(written.quote)
        if not (level and polarity and span):
            return None
        return Tag(
            level=level,
            polarity=polarity,
            start=span.start,
            end=span.end,
            confidence=min(max(written.confidence, 0.0), 1.0),
            code=code if self._codebook.allows(level, code) else None,
        )

    def _coding(self, tags: tuple[Tag, ...], usage: Usage | None) -> Coding:
        coder = self.coder
        return Coding(
            origin=coder.origin,
            tags=tags,
            codebook=coder.codebook,
            coder=coder.version,
            usage=usage,
        )


def unused_name(text: str, first: str | None = None) -> str:
    """A name that does not occur in `text`, always the same for the same text.

    `first` is what is tried first, otherwise the digest of the text.
    """
    name = first or _digest(text)
    while name in text:
        name = _digest(name)
    return name


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _surest(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """One tag for each level, polarity, code and span, the surest, in the order of the text."""
    kept = {
        (tag.start, tag.end, tag.level, tag.polarity, tag.code or ""): tag
        for tag in sorted(tags, key=lambda tag: tag.confidence)
    }
    return tuple(kept[place] for place in sorted(kept))


def _sum(*usages: Usage | None) -> Usage | None:
    """What all tries took together, as far as it was told."""
    told = [usage for usage in usages if usage]
    if not told:
        return None
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in told),
        completion_tokens=sum(usage.completion_tokens for usage in told),
    )
