"""Training the tagger: `make tagger`. The same statements and lists give the same bytes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.essay_files import read_essay
from assistant.adapters.expansion_files import read_expansions
from assistant.adapters.literature_files import read_literature
from assistant.adapters.prompt_files import newest, read_record
from assistant.adapters.tagger.features import Stems, counted
from assistant.adapters.tagger.learning import logistic, scaled
from assistant.adapters.tagger.model import MODEL_FILE, Model, save
from assistant.adapters.tagger.scoring import COLUMNS, chances, scored, windows
from assistant.adapters.tagger.statements import FOLDER, Mark, Statement, read_statements
from assistant.adapters.vector_space import Numbering, matrix
from assistant.records import LEVELS, Level, Library, TaggerLists
from assistant.settings import read_settings
from assistant.steps.tagging import RuleTagger

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

LEAST_SEEN = 3  # statements that a feature stands in, or it is left out
FOLDS = 4  # groups of hands of which each is left out once, to calibrate
# Lines written for the search, labelled afterwards: terser and more figurative than answers are.
LINES, LINES_COUNT_FOR = "lines", 0.5
# Everyday life and small talk, written for the search too: nothing of ours, by the sort of word.
BACKGROUND = "background"
# By the author of the rules, who tuned them to it: what the rules see there flatters.
RULES = "rules"
NO_HANDS = frozenset((LINES, BACKGROUND, RULES))
NO_SCALES = np.tile([1.0, 0.0], (COLUMNS, 1))
KEPT_EMPTY = 0.83  # of statements that carry nothing, by hands left out: the threshold keeps it


@dataclass(frozen=True)
class Read:
    """A statement as it is learned from: features of the whole and of each sentence."""

    statement: Statement
    whole: Counter[str]
    sentences: Sequence[tuple[int, int, Counter[str]]]

    def around(self, mark: Mark) -> Counter[str]:
        """The features of the sentences that the evidence stands in."""
        if mark.start is None or mark.end is None:
            return self.whole
        touched = [c for a, b, c in self.sentences if a < mark.end and mark.start < b]
        return sum(touched, Counter())


def known_stems(statements: Sequence[Statement], rules: RuleTagger) -> Stems:
    """The stems of every word of the statements."""
    bare, known = Stems({}), {}
    for one in statements:
        reading = rules.read(one.text, one.lang)
        for word in (word for words in reading.sentences for word in words):
            known[f"{reading.lang}:{word.form}"] = bare.of(word.form, reading.lang)
    return Stems(dict(sorted(known.items())))


def read(statement: Statement, rules: RuleTagger, stems: Stems) -> Read:
    """The statement, read by the rules."""
    reading = rules.read(statement.text, statement.lang)
    of_sentences = [f for window in windows(reading, stems) for f in window.features]
    sentences = [
        (words[0].start, words[-1].end, counted(features))
        for words, features in zip(reading.sentences, of_sentences, strict=True)
    ]
    return Read(statement, sum((c for _, _, c in sentences), Counter()), sentences)


@dataclass(frozen=True)
class Lesson:
    """Statements as rows: what to learn, and what each counts for."""

    rows: csr_array
    read: Sequence[Read]
    counts_for: NDArray[np.float64]

    def there(self, level: Level) -> NDArray[np.float64]:
        """The chance that each carries the level: between the two coders where they differ."""
        return np.array([_mean_of_coders(one.statement, level) for one in self.read])

    def one_way(self, level: Level) -> NDArray[np.intp]:
        """The rows that carry the level one way."""
        return np.flatnonzero([len(_ways(one.statement, level)) == 1 for one in self.read])

    def continues(self, level: Level, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """For these rows, whether it is continuity."""
        ways = (_ways(self.read[row].statement, level) for row in rows.tolist())
        return np.array([float("continuity" in way) for way in ways])


def _mean_of_coders(statement: Statement, level: Level) -> float:
    first = any(mark.level == level for mark in statement.marks)
    if statement.second is None:
        return float(first)
    return (first + any(mark.level == level for mark in statement.second)) / 2


def _ways(statement: Statement, level: Level) -> set[str]:
    return {mark.polarity for mark in statement.marks if mark.level == level}


def lesson(read_: Sequence[Read], numbering: Numbering, rarity: NDArray[np.float32]) -> Lesson:
    """The statements under a numbering of features."""
    counts_for = [LINES_COUNT_FOR if one.statement.hand == LINES else 1.0 for one in read_]
    rows = matrix([one.whole for one in read_], numbering, rarity)
    return Lesson(rows, read_, np.array(counts_for))


def weighing(read_: Sequence[Read]) -> tuple[Numbering, NDArray[np.float32]]:
    """Features seen often enough, numbered, and how rare each is."""
    seen_in = Counter(feature for one in read_ for feature in one.whole)
    numbering = Numbering(sorted(f for f, n in seen_in.items() if n >= LEAST_SEEN))
    seen = np.array([seen_in[feature] for feature in numbering.features])
    # As it will be kept: what is learned fits what is used.
    rarity = (np.log((len(read_) + 1) / (seen + 1)) + 1).astype(np.float16).astype(np.float32)
    return numbering, rarity


def levels_and_ways(lesson_: Lesson) -> NDArray[np.float64]:
    """Weights of the first six columns: (features and intercept, columns)."""
    there = [logistic(lesson_.rows, lesson_.there(at), lesson_.counts_for) for at in LEVELS]
    one_way = {level: lesson_.one_way(level) for level in LEVELS}
    continues = {level: lesson_.continues(level, rows) for level, rows in one_way.items()}
    pooled_rows = np.concatenate([one_way[level] for level in LEVELS])
    pooled = _way(lesson_, pooled_rows, np.concatenate([continues[at] for at in LEVELS]))
    # What tells the way on one level tells something on the others: half of each.
    ways = [(_way(lesson_, one_way[at], continues[at]) + pooled) / 2 for at in LEVELS]
    return np.stack([*there, *ways], axis=1)


def _way(
    lesson_: Lesson, rows: NDArray[np.intp], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    return logistic(lesson_.rows[rows], wanted, lesson_.counts_for[rows])


def codes(
    read_: Sequence[Read], names: Sequence[str], numbering: Numbering, rarity: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Weights of a column for each code, from the sentences that show it."""
    shown = [(one.around(m), m.code) for one in read_ for m in one.statement.marks if m.code]
    rows = matrix([counts for counts, _ in shown], numbering, rarity)
    given = np.array([code for _, code in shown])
    each = np.ones(len(shown))
    return np.stack([logistic(rows, (given == n).astype(float), each) for n in names], axis=1)


def out_of_fold(read_: Sequence[Read]) -> Iterator[tuple[Read, NDArray[np.float64]]]:
    """Each statement by a hand of the guideline, with its odds by a model that never saw it."""
    hands = sorted({one.statement.hand for one in read_} - NO_HANDS)
    for fold in range(FOLDS):
        left_out = set(hands[fold::FOLDS])
        known = [one for one in read_ if one.statement.hand not in left_out]
        numbering, rarity = weighing(known)
        weights = levels_and_ways(lesson(known, numbering, rarity))
        made = Model(numbering, rarity, *_apart(weights), NO_SCALES, (), Stems({}), 0.5, "")
        for one in read_:
            if one.statement.hand in left_out:
                sentences = [counts for _, _, counts in one.sentences]
                yield one, scored(one.whole, sentences, made).together()


def calibrated(tried: Sequence[tuple[Read, NDArray[np.float64]]]) -> NDArray[np.float64]:
    """Slope and intercept for each of the first six columns."""
    scales = []
    for column in range(COLUMNS):
        level = LEVELS[column % len(LEVELS)]
        fitting = [
            (odds[column], wanted)
            for one, odds in tried
            if (wanted := _wanted(one.statement, level, way=column >= len(LEVELS))) is not None
        ]
        scales.append(scaled(*(np.array(part) for part in zip(*fitting, strict=True))))
    return np.array(scales)


def _wanted(statement: Statement, level: Level, *, way: bool) -> float | None:
    """Whether it carries the level; of one that does so one way, whether that is continuity."""
    ways = _ways(statement, level)
    if not way:
        return float(bool(ways))
    return float("continuity" in ways) if len(ways) == 1 else None


def lowest_threshold(
    tried: Sequence[tuple[Read, NDArray[np.float64]]], scales: NDArray[np.float64]
) -> float:
    """The lowest at which so many statements that carry nothing are kept empty."""
    highest = [
        float(chances(odds, scales)[: len(LEVELS)].max())
        for one, odds in tried
        if not one.statement.marks
    ]
    return round(float(np.quantile(highest, KEPT_EMPTY)), 3)


def trained(statements: Sequence[Statement], rules: RuleTagger, made_from: str) -> Model:
    """Learn from the statements. Takes about a minute for ten thousand."""
    stems = known_stems(statements, rules)
    read_ = [read(one, rules, stems) for one in statements]
    tried = list(out_of_fold(read_))
    scales = calibrated(tried)
    numbering, rarity = weighing(read_)
    names = sorted({m.code for one in statements for m in one.marks if m.code})
    weights = np.concatenate(
        [
            levels_and_ways(lesson(read_, numbering, rarity)),
            codes(read_, names, numbering, rarity),
        ],
        axis=1,
    )
    threshold = lowest_threshold(tried, scales)
    return Model(
        numbering, rarity, *_apart(weights), scales, tuple(names), stems, threshold, made_from
    )


def _apart(weights: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights of the features, as they are kept, and intercepts."""
    kept = weights[:-1].astype(np.float16).astype(np.float32)
    return kept, weights[-1].astype(np.float32)


def nothing_of_ours(corpus: Path) -> Iterator[Statement]:
    """The background of the search, as statements that carry nothing."""
    library = read_essay(corpus)
    known = Library(essay=library, literature=read_literature(corpus, library)).ids()
    for one in read_expansions(corpus, frozenset(known)).background:
        yield Statement(hand=BACKGROUND, voice=BACKGROUND, lang=one.lang, text=one.text)


def digest(corpus: Path, lists: TaggerLists) -> str:
    """Of all that a model is made from: the statements, the lists, and its version."""
    found = sha256(f"{MODEL_FILE.stem} {lists.model_dump_json()}".encode())
    used = (*(corpus / FOLDER).glob("*.jsonl"), *corpus.glob(f"expansions/{BACKGROUND}*.jsonl"))
    for path in sorted(used):
        found.update(f"{path.name} {sha256(path.read_bytes()).hexdigest()}".encode())
    return found.hexdigest()[:16]


def main() -> None:
    """Train, and write the model that ships with us."""
    settings = read_settings()
    corpus = settings.corpus_dir
    lists = read_record(newest(settings.prompts_dir, "tagger"), TaggerLists)
    statements = (*read_statements(corpus), *nothing_of_ours(corpus))
    made = trained(statements, RuleTagger(lists, "none"), digest(corpus, lists))
    save(made, MODEL_FILE)
    sys.stdout.write(f"{len(made.numbering)} features, threshold {made.threshold}\n")
