"""The craft rules of `prompts/README.md`, held over every text that is put to a participant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from assistant.records import (
    LANGS,
    LEVELS,
    ROLES,
    Codebook,
    Consent,
    Cues,
    Element,
    Guide,
    Lang,
    Role,
    Said,
    Topic,
)
from assistant.steps.interviewer import missing

Placed = tuple[str, Said]

PROMPTS = Path(__file__).parents[2] / "prompts"
ELEMENTS: tuple[Element, ...] = ("event", "time", "actor", "change", "effect")
WORDS_AT_MOST: dict[Role, int] = {"resident": 30, "professional": 45, "official": 45}
QUESTIONS_AT_MOST: dict[Role, int] = {"resident": 12, "professional": 15, "official": 15}

PRAISE: dict[Lang, str] = {
    "nl": r"goed zo|wat goed|heel goed|mooi|prachtig|knap|geweldig|fantastisch|dapper|waardevol"
    r"|interessant|fijn dat|leuk|goede vraag|openhartig|bijzonder",
    "en": r"great|wonderful|amazing|impressive|brave|valuable|interesting|fantastic|excellent"
    r"|nice of you|good job|well done|good question|lovely",
}
# What an account may hold and a question may not bring in.
SUGGESTS: dict[Lang, str] = {
    "nl": r"problem|klacht|last van|vervelend|moeilijk|lastig|frustr|wacht|wissel|verloop|vertrek"
    r"|weggegaan|onrust|bezuinig|opnieuw|telkens|steeds|vertrouwen|werkdruk|continu|discontinu"
    r"|stabiel|vaste|te veel|te weinig|helaas|gelukkig|natuurlijk|toch",
    "en": r"problem|complain|annoy|difficult|frustrat|waiting|turnover|unrest|cuts|again|every time"
    r"|trust|workload|continu|discontinu|stable|too many|too few|unfortunately|of course",
}
JARGON = (
    r"continu|discontinu|beleid|professional|domein|traject|indicatie|beschikking|participatie"
    r"|interventie|transitie|transformatie|decentralisatie|aanbested|inkoop|regie|maatwerk|wmo"
    r"|zelfredzaam|eigen kracht|integraal|ketenpartner|casus|casuïstiek|cliënt|voorziening|intake"
    r"|ondersteuningsplan|zorgvraag|hulpvraag|doelgroep|netwerk|loket|werkrelatie|uitvoering"
    r"|jeugdwet|respondent|interview|enquête|faciliteren|implement|perspectief|bevindingen"
)
STAYS: dict[Lang, str] = {
    "nl": r"zelfde|gelijk|bleef|bleven|blijf|gebleven",
    "en": r"same|stay|kept",
}
BECOMES: dict[Lang, str] = {"nl": r"ander|verander|gewijzigd", "en": r"different|chang|altered"}
JOINED = re.compile(r"(?<!wie )\b(?:en|of) (?:wat|hoe|wie|waar|wanneer|welke?)\b.*\?$", re.I)


def load(name: str) -> object:
    """The content of a prompt file; its record checks it."""
    return yaml.safe_load((PROMPTS / name).read_text("utf-8"))


GUIDES: dict[Role, Guide] = {
    role: Guide.model_validate(load(f"guides/{role}.v1.yaml")) for role in ROLES
}
CUES = Cues.model_validate(load("cues.v1.yaml"))
CONSENT = Consent.model_validate(load("consent.v2.yaml"))


def open_questions(guide: Guide) -> Iterator[Placed]:
    """Core questions and probes, each also in simpler words."""
    for topic in guide.topics:
        yield f"{topic.id}.ask", topic.question
        yield f"{topic.id}.ask.simpler", topic.simpler
        for probe in topic.probes:
            yield probe.id, probe.question
            yield f"{probe.id}.simpler", probe.simpler


def questions(guide: Guide) -> Iterator[Placed]:
    """Everything that is asked, closed questions too."""
    yield from open_questions(guide)
    yield from ((tap.id, tap.question) for tap in (*guide.taps, guide.quotation))
    yield "check", guide.check.question


def statements(guide: Guide) -> Iterator[Placed]:
    """What is said without asking."""
    yield from (("opening", guide.opening), ("closing", guide.closing), ("stopped", guide.stopped))


def everything(guide: Guide) -> Iterator[Placed]:
    """Questions, statements, and what can be tapped."""
    yield from questions(guide)
    yield from statements(guide)
    yield from (("check.confirm", guide.check.confirm), ("check.none", guide.check.none))
    for options in (*(tap.options for tap in (*guide.taps, guide.quotation)), guide.check.options):
        yield from ((option.id, option.label) for option in options)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return re.split(r"(?<=[.?!])\s+", text)


def offending(texts: Iterable[Placed], pattern: str, lang: Lang) -> list[str]:
    """The places where a word of `pattern` begins, with that beginning."""
    found = re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    hits = ((place, found.search(said.in_(lang))) for place, said in texts)
    return [f"{place}: {hit[0]}" for place, hit in hits if hit]


@pytest.fixture(params=ROLES)
def guide(request: pytest.FixtureRequest) -> Guide:
    """Every guide in turn."""
    return GUIDES[request.param]


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    """Every language in turn."""
    chosen: Lang = request.param
    return chosen


def test_one_question_mark_at_the_end(guide: Guide, lang: Lang) -> None:
    """A prompt asks one thing and asks it last; opening and closing ask nothing."""
    texts = {place: said.in_(lang) for place, said in questions(guide)}
    assert [p for p, text in texts.items() if text.count("?") != 1 or text[-1] != "?"] == []
    assert [place for place, said in statements(guide) if "?" in said.in_(lang)] == []


def test_only_change_may_be_asked_in_two_halves(guide: Guide) -> None:
    """No other question joins a second question word to the first."""
    asked = {place: sentences(said.nl)[-1] for place, said in open_questions(guide)}
    double = {place.removesuffix(".simpler") for place in asked if JOINED.search(asked[place])}
    even_handed = {p.id for t in guide.topics for p in t.probes if p.asks_for == "change"}
    # "Waar wel, en waar niet?" is one question about a link that may not be there.
    assert double - even_handed <= {"links.ask"}
    assert double & even_handed


def test_texts_stay_short(guide: Guide, lang: Lang) -> None:
    """At most 30 words for residents and 45 for others, in what is said as in what is asked."""
    lengths = {place: len(said.in_(lang).split()) for place, said in everything(guide)}
    assert {p: n for p, n in lengths.items() if n > WORDS_AT_MOST[guide.guide]} == {}


def test_nothing_is_asked_twice(guide: Guide, lang: Lang) -> None:
    """No two prompts of a guide end in the same question, simpler words included."""
    asked = [sentences(said.in_(lang))[-1].casefold() for _, said in questions(guide)]
    assert {text for text in asked if asked.count(text) > 1} == set()


def test_no_praise(guide: Guide, lang: Lang) -> None:
    """An answer is received, not marked; thanks are given once, at the end."""
    assert offending(everything(guide), PRAISE[lang], lang) == []
    assert offending(questions(guide), "bedankt|dank|thank", lang) == []


def test_questions_suggest_nothing(guide: Guide, lang: Lang) -> None:
    """No open question brings in a trouble, a virtue or a theme of the study."""
    assert offending(open_questions(guide), SUGGESTS[lang], lang) == []


def test_nobody_is_called_to_account(guide: Guide, lang: Lang) -> None:
    """Questions ask what and how, never why."""
    assert offending(questions(guide), r"waarom|hoezo|why\b", lang) == []


def test_change_is_asked_even_handedly(guide: Guide, lang: Lang) -> None:
    """Who is asked what changed is asked in the same breath what stayed."""
    probes = [p for topic in guide.topics for p in topic.probes if p.asks_for == "change"]
    texts = [said.in_(lang) for p in probes for said in (p.question, p.simpler)]
    assert len(probes) == len(LEVELS)
    assert [t for t in texts if not re.search(STAYS[lang], t)] == []
    assert [t for t in texts if not re.search(BECOMES[lang], t)] == []


def test_residents_are_spared_jargon() -> None:
    """Nothing a resident reads in Dutch is a term of the field."""
    assert offending(everything(GUIDES["resident"]), JARGON, "nl") == []


def test_dutch_says_u(guide: Guide) -> None:
    """One form of address on the whole page."""
    assert offending(everything(guide), r"(?:je|jij|jou|jouw|jullie)\b", "nl") == []


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([said for _, said in questions(GUIDES["resident"])], id="questions"),
        pytest.param([said for _, said in statements(GUIDES["resident"])], id="statements"),
        pytest.param([*CONSENT.intro, *CONSENT.points, CONSENT.agree], id="consent"),
    ],
)
def test_dutch_for_residents_is_plain(texts: list[Said]) -> None:
    """B1: sentences of 12 words at most on average, and none over 20."""
    lengths = [len(one.split()) for said in texts for one in sentences(said.nl)]
    assert sum(lengths) / len(lengths) <= 12
    assert max(lengths) <= 20


def test_every_need_has_a_probe(guide: Guide) -> None:
    """What an account needs can be asked for, a concrete event before anything else."""
    for topic in guide.topics:
        served = [probe.asks_for for probe in topic.probes if probe.asks_for]
        assert sorted(served) == sorted(topic.needs), topic.id
        assert not topic.needs or topic.needs[0] == "event", topic.id


def test_topics_that_probe_have_one_easier_question(guide: Guide) -> None:
    """A short answer is met with one easier question, and only where probing is meant at all."""
    for topic in guide.topics:
        easier = [probe for probe in topic.probes if probe.asks_for is None]
        assert len(easier) == (1 if topic.probes_at_most else 0), topic.id


def test_burden_is_bounded(guide: Guide) -> None:
    """So many questions and minutes for each role."""
    assert guide.questions_at_most == QUESTIONS_AT_MOST[guide.guide]
    assert guide.minutes <= 15


def test_roles_share_their_topics() -> None:
    """Accounts of the three roles can be laid side by side, level for level."""
    by_role = {role: {t.id: t.level for t in guide.topics} for role, guide in GUIDES.items()}
    assert by_role["professional"] == by_role["official"] == by_role["resident"]
    assert [level for level in by_role["resident"].values() if level] == list(reversed(LEVELS))
    assert GUIDES["official"].topics[0].level == "policy"


def test_files_are_named_after_what_they_hold() -> None:
    """The name stored with every turn leads back to the file."""
    assert {guide.name for guide in GUIDES.values()} == {f"{role}.v1" for role in ROLES}
    codebook = Codebook.model_validate(load("codebook.v1.yaml"))
    assert (codebook.name, CONSENT.name, CUES.name) == ("codebook.v1", "consent.v2", "cues.v1")


@pytest.mark.parametrize("number", ["112", "113", "0800-0113", "0800-0432"])
def test_consent_names_who_to_call(number: str, lang: Lang) -> None:
    """Danger, thoughts of suicide and youth each have their number, in both languages."""
    found = re.compile(rf"(?<![\d-]){number}(?![\d-])")
    assert any(found.search(point.in_(lang)) for point in CONSENT.points)


@pytest.mark.parametrize("element", ELEMENTS)
def test_cues_are_lower_case_and_none_is_idle(element: Element, lang: Lang) -> None:
    """A cue with a capital never hits, and one that holds another cue adds nothing."""
    cues = (CUES.nl if lang == "nl" else CUES.en)[element]
    assert [cue for cue in cues if cue != " ".join(cue.casefold().split()) or len(cue) < 3] == []
    assert [a for a in cues for b in cues if a != b and f" {b}" in f" {a}"] == []
    assert len(cues) == len(set(cues))


def told(text: str, lang: Lang) -> set[Element]:
    """The elements that `text` shows a cue for, as the interviewer sees it."""
    asking: Topic = GUIDES["resident"].topics[0].model_copy(update={"needs": ELEMENTS})
    return set(ELEMENTS) - set(missing([text], asking, CUES, lang))


@pytest.mark.parametrize(
    ("lang", "text", "elements"),
    [
        ("nl", "Vorig jaar ging mijn begeleider weg.", {"time", "actor"}),
        ("nl", "Sinds drie maanden komt er een nieuwe consulent.", {"time", "actor", "change"}),
        ("nl", "Toen ik belde, zei ze dat het niet kon.", {"event"}),
        ("nl", "Al jaren dezelfde wijkverpleegkundige.", {"time", "actor", "change"}),
        ("nl", "Daardoor durf ik niet meer te bellen.", {"effect"}),
        ("en", "Last year my support worker left.", {"time", "actor", "event", "change"}),
        (
            "en",
            "Still the same nurse, and as a result I feel calmer.",
            {"actor", "change", "effect"},
        ),
        ("nl", "Jullie vragen veel.", set()),
        ("nl", "Ik ben 54 jaar en ik heb een meisje van zeven.", set()),
        ("nl", "Het gaat wel goed, één keer per week.", set()),
        ("nl", "Dat weet ik niet meer precies.", set()),
        ("nl", "Er is een toename van fietsen.", set()),
        ("nl", "Ik heb hulp gekregen en dat is prima.", set()),
        ("en", "It is fine, at the same time every week.", set()),
        ("en", "I do not know that anymore.", set()),
        ("en", "When I call, nobody picks up.", set()),
    ],
)
def test_cues_see_what_was_told(lang: Lang, text: str, elements: set[Element]) -> None:
    """What was told is not asked for again; words that only look like it cost no question."""
    assert told(text, lang) == elements
