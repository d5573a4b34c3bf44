"""The model tagger: an answer coded by a language model, by the codebook and a versioned prompt.

The prompt and the codebook go as one message that is always the same, the answer as the next,
between marks. What comes back is read strictly, and every quote is looked up in the answer: what a
model makes up never gets into a coding. Nothing that was typed or written is logged.
"""

from assistant.adapters.model_tagger.tagger import ModelTagger, read_tagging_prompt

__all__ = ["ModelTagger", "read_tagging_prompt"]
