"""From text to features: what counts as the same word, and that no text is too much or too odd."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import Counter
from types import FrameType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.adapters.library.words import (
    CHARACTERS_READ,
    GRAM_SIZES,
    LONGEST_WORD,
    Analyser,
    Stemming,
    folded,
    language_of,
    words_in,
)
from assistant.records import Ring

RINGS = (
    Ring(ring="helper", nl=("begeleider", "mevrouw van de gemeente"), en=("carer",)),
    Ring(ring="gift", nl=("cadeau", "geschenk"), en=("gift", "present")),
    Ring(ring="poison", nl=("gift", "vergif"), en=("poison", "venom")),
    Ring(ring="bare", nl=("van de", "het"), en=("of the", "the")),
)
WORDS = "vertrouwen relatie team leider wijk wijkteam teamleider gezin leven hulp cadeau"
WORKS_WITH = ("assistant", "simplemma", "snowballstemmer")
VOCABULARY = frozenset(words_in(WORDS))
ANALYSER = Analyser(VOCABULARY, RINGS)
# Together more than any phone sends; each a reason for some program somewhere to stumble.
ODD = {
    "letters and dots": "a." * 50_000,
    "one word": "x" * 100_000,
    "unfolds to eighteen": "\ufdfa" * 100_000,
    "loose accents": "e\u0301" * 50_000,
    "accents without a letter": "\u0301" * 100_000,
    "control characters": "\x00\x07\x1b[2J\x7f" * 15_000,
    "lone surrogates": "\ud800\udfff" * 50_000,
    "right to left": "\u202eשלום עולם\u202c " * 8_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 10_000,
    "a long list of compounds": "vertrouwenswijkgezinsteamleider " * 3_000,
    "all different": " ".join(chr(97 + n % 26) + chr(97 + n // 26 % 26) * 3 for n in range(20_000)),
}


def rings_of(text: str) -> set[str]:
    """The synonym rings that a text is in."""
    return {f.removeprefix("r:") for f in ANALYSER.features(text) if f.startswith("r:")}


def stems_of(text: str) -> set[str]:
    """The stems of a text and of the parts of its compounds."""
    return {f.removeprefix("s:") for f in ANALYSER.features(text) if f.startswith("s:")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cliënten", "clienten"),
        ("ÉÉN", "een"),
        ("café", "cafe\u0301"),
        ("ﬁets", "fiets"),
        ("STRASSE", "straße"),
        ("𝐖𝐞𝐭𝐡𝐨𝐮𝐝𝐞𝐫", "wethouder"),
    ],
)
def test_case_diacritics_and_typography_make_no_difference(one: str, other: str) -> None:
    """People leave out dots and accents, on a phone most of all; some letters are for show."""
    assert folded(one) == folded(other)


@given(st.text(max_size=100))
@example("℡")
def test_folding_once_is_enough(text: str) -> None:
    """What was folded is folded."""
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=300))
def test_words_are_letters_alone(text: str) -> None:
    """Whatever is typed, a word is at least two folded letters and no longer than is kept."""
    for word in words_in(text):
        assert word.isalpha()
        assert 2 <= len(word) <= LONGEST_WORD
        assert word == folded(word)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Ik moest het steeds opnieuw vertellen.", "nl"),
        ("I had to tell it over and over again.", "en"),
        ("project", "nl"),
        ("", "nl"),
        ("The wethouder is new.", "en"),
        ("Er kwam een new way of working op het stadhuis.", "nl"),
    ],
)
def test_a_text_is_dutch_unless_more_words_say_english(text: str, lang: str) -> None:
    """In doubt it is Dutch: the short words decide, borrowed ones do not."""
    assert language_of(words_in(text)) == lang


@pytest.mark.parametrize(
    "forms",
    [
        "vertrekken vertrekt vertrok vertrokken",
        "beginnen begint begon begonnen",
        "blijven blijft bleef bleven gebleven",
        "helpen helpt hielp hielpen geholpen",
        "spreken spreekt sprak gesproken",
        "wisselen wisselt wisselde gewisseld",
        "wachtlijst wachtlijsten",
        "aanbesteding aanbestedingen",
    ],
)
def test_dutch_forms_of_a_word_have_one_stem(forms: str) -> None:
    """Strong verbs meet their infinitive, plurals their singular."""
    assert len({Stemming().stem(form, "nl") for form in forms.split()}) == 1


@pytest.mark.parametrize("forms", ["go goes went", "child children", "tell told", "lose lost"])
def test_english_forms_of_a_word_have_one_stem(forms: str) -> None:
    """As in Dutch."""
    assert len({Stemming().stem(form, "en") for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("vertrouwensrelatie", ("vertrouwen", "relatie")),  # with a linking s
        ("gezinsleven", ("gezin", "leven")),
        ("wijkhulp", ("wijk", "hulp")),
        ("wijkteamleider", ("wijk", "teamleider")),  # the longest last part wins
        ("relatie", ()),  # too short to be a compound
        ("teamrelaties", ()),  # its last part is no word of the corpus
        ("vertrouwenwekkend", ()),
    ],
)
def test_a_compound_has_parts_when_the_corpus_knows_both(word: str, parts: tuple[str, ...]) -> None:
    """Both parts are words of the corpus, but for the link between them."""
    assert ANALYSER.parts(word) == parts


@given(st.text("abcdeghilmnrstuvwk", max_size=40))
def test_parts_make_up_the_word(word: str) -> None:
    """The parts stand in the word, first and last, with no more than a link between."""
    parts = ANALYSER.parts(word)
    assert len(parts) in (0, 2)
    if parts:
        first, last = parts
        assert word.startswith(first)
        assert word.endswith(last)
        assert word[len(first) : len(word) - len(last)] in ("", "s", "e", "en")
        assert {first, last} <= VOCABULARY


def test_a_compound_meets_what_is_said_in_two_words() -> None:
    """The stems of the parts are features beside the stem of the whole."""
    assert stems_of("vertrouwen in een relatie") <= stems_of("vertrouwensrelatie")


@pytest.mark.parametrize(
    ("text", "rings"),
    [
        ("mijn begeleider", {"helper"}),
        ("alle begeleiders", {"helper"}),  # another form of it
        ("de mevrouw van de gemeente belde", {"helper"}),  # a phrase
        ("mevrouw bij ons op de gemeente", {"helper"}),  # words that bind are not counted
        ("mevrouw zei dat de gemeente", set()),  # something stands between
        ("gemeente en mevrouw", set()),  # the other way round
        ("they gave my carer this", {"helper"}),
        ("ik kreeg een carer", set()),  # English, in a Dutch text
        ("ik kreeg een gift", {"poison"}),
        ("they gave it to me as a gift", {"gift"}),
        ("this is the vergif that was in it", set()),  # Dutch, in an English text
        ("het was van de", set()),  # of words that bind alone there is no ring
    ],
)
def test_rings_are_of_words_and_phrases_in_their_own_language(text: str, rings: set[str]) -> None:
    """`gift` is a present in English and poison in Dutch."""
    assert rings_of(text) == rings


def test_a_ring_is_met_through_a_part_of_a_compound() -> None:
    """`teamcadeau` is a `cadeau`."""
    assert rings_of("een teamcadeau") == {"gift"}


def test_a_typing_error_shares_most_letters() -> None:
    """n-grams of three to five characters, ends marked: half survive one wrong letter."""
    right, wrong = (Counter(ANALYSER.features(word)) for word in ("wethouder", "wethoudr"))
    grams = {feature for feature in right if feature.startswith("g:")}
    assert {len(gram) - 2 for gram in grams} == set(GRAM_SIZES)
    assert {"g:^we", "g:er$"} <= grams
    assert len(grams & set(wrong)) > len(grams) / 2


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x07\x1b", "12345 !?", "ik en de of", "a b c"])
def test_what_says_nothing_has_no_features(text: str) -> None:
    """Spaces, control characters, figures and words that bind are about nothing."""
    assert ANALYSER.terms(text) == []
    assert not ANALYSER.features(text)


@given(st.text(max_size=300))
def test_any_text_has_features_that_name_their_kind(text: str) -> None:
    """Counts are positive; every word that says something gives exactly one stem, or parts too."""
    features = ANALYSER.features(text)
    assert all(feature[:2] in ("s:", "r:", "g:") for feature in features)
    assert all(count > 0 for count in features.values())
    assert {term.stem for term in ANALYSER.terms(text)} <= {f[2:] for f in features}


@given(st.text(max_size=200), st.text(max_size=200))
def test_counts_do_not_depend_on_what_was_asked_before(one: str, other: str) -> None:
    """The same text gives the same features, whatever came between."""
    before = ANALYSER.features(one)
    ANALYSER.features(other)
    assert ANALYSER.features(one) == before


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_a_hundred_thousand_characters_are_quick(text: str) -> None:
    """However odd a text is, no more than its beginning is read, well within a second."""
    began = time.perf_counter()
    features = ANALYSER.features(text)
    assert time.perf_counter() - began < 1.0
    assert features == ANALYSER.features(text[:CHARACTERS_READ])


def test_no_word_of_a_query_is_remembered() -> None:
    """After a search nothing of what was asked is held anywhere; words of the corpus may be."""
    analyser = Analyser(VOCABULARY, RINGS)
    # Made of pieces: as a constant it would be held by this very module.
    secret = "".join(["sten", "grub", "bel"])
    analyser.features(f"mijn {secret} en het wijkteam, {secret}swijkteam")
    remembered = analyser._stemming._remembered
    assert ("wijkteam", "nl") in remembered
    assert {word for word, _ in remembered} <= VOCABULARY
    assert held(secret, analyser) == []
    analyser.__dict__["diary"] = [{(f"mijn {secret}", "nl"): 1}]
    assert held(secret, analyser) == [f"mijn {secret}"]


def held(secret: str, root: object) -> list[str]:
    """The texts with `secret` that can be reached from `root` and the modules it works with."""
    others = [vars(m) for n, m in list(sys.modules.items()) if not n.startswith(WORKS_WITH)]
    found, seen, left = [], {id(root), *map(id, others)}, [root]
    while left:
        new = [one for one in gc.get_referents(left.pop()) if id(one) not in seen]
        seen.update(map(id, new))
        left += [one for one in new if not isinstance(one, str | bytes | int | FrameType)]
        found += [one for one in new if isinstance(one, str) and secret in one]
    return found


def test_threads_do_not_disturb_each_other() -> None:
    """A stemmer keeps the word it is at; two threads must not share one."""
    texts = ["de vertrokken wethouders", "geholpen gezinnen", "they went to the children", "wijken"]
    alone = [ANALYSER.features(text) for text in texts]
    wrong: list[str] = []

    def ask(number: int) -> None:
        for _ in range(50):
            if ANALYSER.features(texts[number]) != alone[number]:
                wrong.append(texts[number])

    threads = [threading.Thread(target=ask, args=(number % len(texts),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
