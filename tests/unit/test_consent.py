"""What a person is told agrees with where answers go, and holds for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import bootstrap
from assistant.adapters import prompt_files
from assistant.records import Consent, Lang, Processing
from assistant.settings import Settings
from tests.fakes import PROMPTS

NEWEST = prompt_files.read_consent(PROMPTS)
ELSEWHERE = Processing(model="mistral", coding_host="api.example.org")
hosts = st.sampled_from([None, "", "api.example.org", "eu.example.net"])
anything = st.builds(
    Processing, model=st.sampled_from(["gpt", "{host} {0}"]), coding_host=hosts, search_host=hosts
)


def told(consent: Consent, lang: Lang) -> str:
    """All promises, as they are read."""
    return "\n".join(point.in_(lang) for point in consent.points)


@given(anything, st.sampled_from(["nl", "en"]))
def test_every_host_that_gets_answers_is_named(processing: Processing, lang: Lang) -> None:
    """Who is elsewhere is told, and "everything stays" is said only where it does."""
    text = told(NEWEST.here(processing), lang)
    elsewhere = {host for host in (processing.coding_host, processing.search_host) if host}
    for host in elsewhere:
        assert host in text
    stays = "Alles blijft" if lang == "nl" else "Everything stays"
    assert (stays in text) is not bool(elsewhere)
    no_model = "geen AI-taalmodel" if lang == "nl" else "no AI language model"
    nobody_else = processing.coding_host is None and not processing.search_host
    assert (no_model in text) is nobody_else


@given(anything)
def test_nothing_is_left_to_fill_in(processing: Processing) -> None:
    """No name in braces reaches a person, unless the name of a model has one itself."""
    for lang in ("nl", "en"):
        text = told(NEWEST.here(processing), lang).replace(processing.model or "", "")
        assert "{" not in text


@given(anything, anything)
def test_only_who_was_told_of_this_host_is_coded_there(then: Processing, now: Processing) -> None:
    """Answers given under other terms go nowhere that nobody was told of."""
    agreed, here = NEWEST.here(then).name, NEWEST.here(now)
    same = now.coding_host is not None and (
        (then.coding_host, then.model) == (now.coding_host, now.model)
    )
    assert here.allows_coding(agreed) is same


@given(anything, anything)
def test_only_who_was_told_of_it_is_looked_up_elsewhere(then: Processing, now: Processing) -> None:
    """Where looking up stays here, everybody's answers may be."""
    here = NEWEST.here(now)
    told_of = not now.search_host or then.search_host == now.search_host
    assert here.allows_search(NEWEST.here(then).name) is told_of


def test_who_agreed_before_there_was_a_model_is_not_coded_by_one() -> None:
    """The earlier text says that there is none."""
    for agreed in ("consent.v1", "consent.v2", NEWEST.here(Processing()).name):
        assert not NEWEST.here(ELSEWHERE).allows_coding(agreed)
    assert not NEWEST.here(Processing()).allows_coding(NEWEST.here(ELSEWHERE).name)


@pytest.mark.parametrize(
    ("settings", "terms"),
    [
        ({}, ""),
        ({"chat_model": "m", "chat_url": "http://127.0.0.1:11434/v1"}, ":coding=here/m"),
        (
            {"chat_model": "m", "chat_url": "https://a:b@example.org/v1"},
            ":coding=example.org/m",
        ),
        ({"chat_model": "m", "OPENAI_BASE_URL": "http://localhost:1/v1"}, ":coding=here/m"),
        (
            {"embedding_model": "m", "embedding_url": "https://api.example.org/v1"},
            ":search=api.example.org",
        ),
        ({"embedding_model": "m", "embedding_url": "http://127.0.0.1:9/v1"}, ""),
    ],
)
def test_the_settings_decide_what_is_told(
    settings: dict[str, str], terms: str, tmp_path: Path
) -> None:
    """The endpoint that is set is named, never a name or password in its address."""
    given_here = {"_env_file": None, "data_dir": tmp_path, **settings}
    made = Settings(**given_here)  # type: ignore[arg-type] # read as from the environment
    assert bootstrap.read_consent(made).name == f"consent.v2{terms}"


def test_the_first_text_still_loads() -> None:
    """Interviews begun with it are read with it."""
    first = prompt_files.read_record(PROMPTS / "consent.v1.yaml", Consent)
    assert first.name == "consent.v1"
    assert {point.when for point in first.points} == {"always"}
