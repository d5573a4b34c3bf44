"""One small tree of errors. A message tells the reader what is wrong and what to do.

Errors a participant can cause carry a `key`: the page looks up the words for it in its own text
file, in the person's language. The English message is for the command line and the log, and never
holds text that a person typed.
"""

from __future__ import annotations


class LangeAdemError(Exception):
    """Base of everything this package raises on purpose."""


class SettingsError(LangeAdemError):
    """A setting is missing, unknown or wrong; the message names it."""


class PromptFileError(LangeAdemError):
    """A guide, codebook, consent or text file is wrong; the message names file and place."""


class CorpusError(LangeAdemError):
    """The corpus or its index cannot be read."""


class DocumentRefused(CorpusError):
    """A file that cannot be added to the library, which is as it was.

    `reason` is a key that the page finds words by in the person's language; `facts` fill those in.
    `name` is the display name of the file.
    """

    def __init__(self, message: str, reason: str, name: str, facts: dict[str, str | int]) -> None:
        super().__init__(message)
        self.reason, self.name, self.facts = reason, name, facts


class EmbeddingUnavailable(CorpusError):
    """The embeddings endpoint that is set does not do its work; searching goes on without it."""


class ModelUnavailable(LangeAdemError):
    """The model endpoint is down, too slow, too busy or refuses. Trying again later may help.

    The message names the endpoint, never its key, and never repeats a text.
    """


class ModelMisbehaved(LangeAdemError):
    """The model answered, twice, what is no coding. Trying again is of no use."""


class StoreError(LangeAdemError):
    """The store cannot be reached, read or written. Nothing was half-written."""


class PortInUse(LangeAdemError):
    """The address is taken by another program."""


class ParticipantError(LangeAdemError):
    """Something a participant did that cannot be taken; nothing was changed by it."""

    key = "unknown"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class EmptyAnswer(ParticipantError):
    """There is nothing left to keep of the answer."""

    key = "empty_answer"


class AnswerTooLong(ParticipantError):
    """The answer is longer than is kept. `facts`: `length`, `limit`, in characters."""

    key = "answer_too_long"


class AnswerDoesNotFit(ParticipantError):
    """The reply is of another kind than the turn asks, or names an option that is not there."""

    key = "answer_does_not_fit"


class AlreadyAnswered(ParticipantError):
    """The turn was answered before, elsewhere, in other words; those stand."""

    key = "already_answered"


class UnknownCode(ParticipantError):
    """No interview goes by this code. Malformed, foreign and wrong codes are all this."""

    key = "unknown_code"


class InterviewGone(ParticipantError):
    """The interview is not in the store (any more)."""

    key = "interview_gone"
