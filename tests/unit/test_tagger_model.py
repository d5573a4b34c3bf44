"""A model in its file: the same bytes again, and anything but a model is refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.adapters.tagger.features import Stems
from assistant.adapters.tagger.model import Model, load, save
from assistant.adapters.tagger.tagger import EmbeddedTagger
from assistant.errors import PromptFileError
from tests.toy_codebook import toy_codebook
from tests.toy_tagger import CODES, rules, toy_model


def kept(model: Model, folder: Path) -> bytes:
    """The model as it is kept."""
    path = folder / "model.npz"
    save(model, path)
    return path.read_bytes()


def parts(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a file."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def packed(arrays: Mapping[str, object]) -> bytes:
    """A file of these arrays; also of what would have to be pickled."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # wrong on purpose
    return file.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip file of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def refused(content: bytes, folder: Path) -> str:
    """What is said of a file that is refused."""
    path = folder / "odd.npz"
    path.write_bytes(content)
    with pytest.raises(PromptFileError) as told:
        load(path)
    return str(told.value)


# --- the same again -------------------------------------------------------------------------------


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    """Down to the stems of words that are remembered; numbers as 16 bits keep them."""
    path, model = tmp_path / "model.npz", toy_model()
    save(model, path)
    again = load(path)
    assert again.numbering.features == model.numbering.features
    assert (again.codes, again.threshold, again.made_from) == (CODES, 0.5, model.made_from)
    assert again.stems.known == model.stems.known
    for name in ("rarity", "weights", "intercepts", "scales"):
        assert np.array_equal(getattr(again, name), getattr(model, name)), name
    assert again.weights.dtype == again.rarity.dtype == np.float32


def test_saving_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """Also of what was loaded, and of weights that do not fit into 16 bits."""
    model = toy_model()
    model = replace(model, weights=model.weights / np.float32(3))
    first = kept(model, tmp_path)
    assert kept(model, tmp_path) == first
    assert kept(load(tmp_path / "model.npz"), tmp_path) == first


@pytest.mark.parametrize(
    "other",
    [
        {"threshold": 0.501},
        {"made_from": "another"},
        {"weights": toy_model().weights + 1},
        {"stems": Stems({"nl:weg": "weg"})},
    ],
)
def test_another_model_gives_other_bytes(tmp_path: Path, other: dict[str, Any]) -> None:
    """Whatever it differs in."""
    assert kept(replace(toy_model(), **other), tmp_path) != kept(toy_model(), tmp_path)


# --- refused --------------------------------------------------------------------------------------


class Bomb:
    """What is run when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.mark = folder / "unpickled"

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_a_pickle_is_refused_and_never_run(tmp_path: Path) -> None:
    """By itself, in an array, in an array among good ones."""
    bomb, good = Bomb(tmp_path), parts(kept(toy_model(), tmp_path))
    in_array = io.BytesIO()
    np.save(in_array, np.array([bomb], object), allow_pickle=True)
    odd = [
        pickle.dumps(bomb),
        in_array.getvalue(),
        packed({**good, "facts": np.array([bomb], object)}),
    ]
    for content in odd:
        refused(content, tmp_path)
    assert not bomb.mark.exists()
    pickle.loads(odd[0])
    assert bomb.mark.exists()  # so it would have been seen


def test_a_file_that_is_cut_off_is_refused_wherever_that_is(tmp_path: Path) -> None:
    """In fifty places, and at the very beginning and end."""
    whole = kept(toy_model(), tmp_path)
    for end in (*range(0, len(whole), max(len(whole) // 50, 1)), 1, 4, len(whole) - 1):
        told = refused(whole[:end], tmp_path)
        assert told.startswith("odd.npz: no tagger can be read from it")
        assert "make tagger" in told


def test_a_damaged_file_is_refused_or_as_good_as_new(tmp_path: Path) -> None:
    """No bit can turn and change what the tagger says; in a date of the archive one may."""
    whole = kept(toy_model(), tmp_path)
    path, good = tmp_path / "damaged.npz", 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        try:
            again = load(path)
        except PromptFileError:
            continue
        good += 1
        assert kept(again, tmp_path) == whole
    assert good < len(whole) / 7 / 2


def test_another_file_is_refused(tmp_path: Path) -> None:
    """Text, nothing, another array, other arrays, another archive, and one not there."""
    names = parts(kept(toy_model(), tmp_path))
    one_array = io.BytesIO()
    np.save(one_array, np.arange(3))
    for content in (
        *(b"", b"not a model", one_array.getvalue(), packed({"a": np.arange(3)})),
        *(zipped({"a.txt": b"hi"}), zipped(dict.fromkeys(names, b"hi"))),
        zipped({f"{name}.npy": b"hi" for name in names}),
    ):
        refused(content, tmp_path)
    with pytest.raises(PromptFileError, match="absent"):
        load(tmp_path / "absent.npz")


GOOD = toy_model()


@pytest.mark.parametrize(
    "odd",
    [
        {"weights": GOOD.weights[:-1]},
        {"weights": GOOD.weights[:, :-1]},
        {"weights": GOOD.weights[:, 0]},
        {"weights": np.array(["many"])},
        {"rarity": GOOD.rarity[:-1]},
        {"intercepts": GOOD.intercepts[:3]},
        {"scales": GOOD.scales[:5]},
        {"codes": np.frombuffer(b"one\ntwo", np.uint8)},
        {"stems": np.frombuffer(b"one\ntwo", np.uint8)},
        {"words": np.frombuffer(b"\xff\xfe", np.uint8)},
        {"facts": np.frombuffer(b"0.5", np.uint8)},
        {"facts": np.frombuffer(b"high\nabc", np.uint8)},
        {"facts": np.frombuffer(b"nan\nabc", np.uint8)},
        {"facts": np.frombuffer(b"1.5\nabc", np.uint8)},
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(
    tmp_path: Path, odd: dict[str, NDArray[Any]]
) -> None:
    """When the file is opened, not in an interview."""
    good = parts(kept(GOOD, tmp_path))
    refused(packed({**good, **odd}), tmp_path)
    refused(packed({name: array for name, array in good.items() if name not in odd}), tmp_path)


def test_a_model_with_a_code_that_the_codebook_lacks_is_refused() -> None:
    """The message names it and says what to do; with codes of the codebook there is a tagger."""
    assert EmbeddedTagger(rules(), GOOD, toy_codebook()).coder.codebook == "toy.v1"
    strange = toy_model(("fixed_person", "of_yore", "tendering"))
    with pytest.raises(PromptFileError, match=r"toy\.v1 lacks .*: of_yore\. .*make tagger"):
        EmbeddedTagger(rules(), strange, toy_codebook())


def test_a_tag_has_a_code_under_its_level_and_none_where_the_model_has_none() -> None:
    """Whichever code of other levels the words speak for."""
    tagger = EmbeddedTagger(rules(), GOOD, toy_codebook())
    text = "Mijn begeleider kwijt. Gemeente blijft gemeente."
    made = {tag.level: tag.code for tag in tagger.tag(text, "nl").tags}
    assert made == {"policy": "tendering", "relational": "fixed_person"}
    fewer = replace(
        GOOD, codes=CODES[:1], weights=GOOD.weights[:, :7], intercepts=GOOD.intercepts[:7]
    )
    tagger = EmbeddedTagger(rules(), replace(fewer, threshold=0.3), toy_codebook())
    made = {tag.level: tag.code for tag in tagger.tag(text, "nl").tags}
    assert made["policy"] is None
    assert made["relational"] == "fixed_person"


def test_of_a_long_answer_the_clearest_place_is_shown() -> None:
    """Whether it comes first or last; an answer is weighed window by window."""
    # Low, as the doubt that is allowed is shared between the windows.
    tagger = EmbeddedTagger(rules(), replace(GOOD, threshold=0.01), toy_codebook())
    clear, less = "Mijn begeleider blijft. ", "Begeleider blijft dan. "
    between = "Een twee drie vier vijf zes zeven acht negen tien. " * 20
    for text in (clear + between + less, less + between + clear):
        (tag,) = (tag for tag in tagger.tag(text, "nl").tags if tag.level == "relational")
        assert text[tag.start : tag.end] in clear
        alone = EmbeddedTagger(rules(), GOOD, toy_codebook()).tag(clear, "nl")
        assert tag.confidence == alone.tags[0].confidence


def test_more_windows_leave_less_doubt_to_each() -> None:
    """What is carried by an answer on its own is not by one of many pieces that say nothing."""
    tagger = EmbeddedTagger(rules(), GOOD, toy_codebook())
    clear = "Mijn begeleider blijft. "
    assert [tag.level for tag in tagger.tag(clear, "nl").tags] == ["relational"]
    around = "Een twee drie vier vijf zes zeven acht negen tien. " * 60
    assert tagger.tag(clear + around, "nl").tags == ()


def test_a_later_window_shows_what_the_first_does_not() -> None:
    """The answer as a whole carries it."""
    tagger = EmbeddedTagger(rules(), replace(GOOD, threshold=0.01), toy_codebook())
    less = "Begeleider blijft dan. "
    between = "Een twee drie vier vijf zes zeven acht negen tien. " * 20
    assert "relational" in {tag.level for tag in tagger.tag(between + less, "nl").tags}
