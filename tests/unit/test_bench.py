"""The load bench: percentiles, verdicts, the tree of a screen, what a participant does."""

from __future__ import annotations

import statistics
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta

from evals.bench import gate, wire
from evals.bench.figures import Figures, Summary, figures, percentile, summary
from evals.bench.journey import ANSWERS, Chat, Interview
from evals.bench.load import Step, Tally
from evals.bench.page_client import PageClient, Timing
from evals.bench.report import table, verdicts
from evals.bench.screen import Screen, Widget
from evals.bench.wire import WidgetKind

times = st.floats(min_value=0, max_value=1e6, allow_nan=False)


@given(st.lists(times, min_size=2, max_size=50))
def test_percentiles_are_those_of_the_standard_library(values: list[float]) -> None:
    """Every whole percentile is the inclusive quantile of `statistics`."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    assert [percentile(values, p) for p in range(1, 100)] == pytest.approx(cuts)


def test_nothing_has_no_percentile() -> None:
    """A series without observations is none, never zero."""
    assert summary([]) is None
    assert summary([None, None]) is None
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_a_summary_says_of_how_many() -> None:
    """What was not observed does not count."""
    found = summary([4.0, None, 2.0])
    assert found == Summary(2, 3.0, 3.9, 4.0)


def test_turns_and_other_steps_are_kept_apart() -> None:
    """Only text answers are turns; the first page and taps have their own line."""
    steps = [
        _step("open", 0, 900),
        _step("turn", 1, 10),
        _step("button", 1, 70),
        _step("turn", 2, 20),
    ]
    found = figures("page", [Tally(1, steps, [], 1)])
    assert found.done is not None
    assert (found.done.n, found.done.max) == (2, 20)
    assert {number: one.p50 for number, one in found.by_turn.items()} == {1: 10, 2: 20}
    assert {kind: one.p50 for kind, one in found.other.items()} == {"button": 70, "open": 900}


@given(times, times)
def test_a_limit_is_kept_up_to_and_with_itself(measured: float, limit: float) -> None:
    """A verdict is the comparison, and the limit itself is still fine."""
    assert gate.at_most("x", measured, limit).met == (measured <= limit)
    assert gate.at_most("x", limit, limit).met


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    """No verdict, and no failure, without a measurement: the limit for fifty is for fifty."""
    verdict = gate.at_most("x", None, 1)
    assert verdict.met is None
    assert not gate.missed([verdict])
    assert "not measured" in verdicts([verdict])
    of_ten = gate.judge_page(_run("page", [5.0]), _run("bare", [5.0]), 10)
    assert [v.met for v in of_ten if "with 50 people" in v.rule] == [None]


def test_the_page_is_judged_next_to_the_bare_chat() -> None:
    """Twice as slow at p50 and p95 is still fine, more is not; messages count by their worst."""
    bare = _run("bare", [10.0] * 20)
    fine = {v.rule: v.met for v in gate.judge_page(_run("page", [20.0] * 20), bare, 50)}
    slow = {v.rule: v.met for v in gate.judge_page(_run("page", [20.0] * 20 + [21.0]), bare, 50)}
    slower = {v.rule: v.met for v in gate.judge_page(_run("page", [21.0] * 20), bare, 50)}
    assert all(fine.values())
    assert slow["turn p95, times the bare chat"] is True
    assert slower["turn p50, times the bare chat"] is False
    assert slower["turn p95, times the bare chat"] is False


def test_a_chatty_turn_misses_the_gate() -> None:
    """One turn with sixteen messages is one too many."""
    page = figures("page", [Tally(1, [_step("turn", 1, 5, messages=m) for m in (3, 16)], [], 1)])
    met = {v.rule: v.met for v in gate.judge_page(page, _run("bare", [5.0]), 50)}
    assert met["most messages in one turn"] is False


def test_a_growing_turn_misses_the_gate() -> None:
    """Turn 10 may take 1.3 times turn 2; without a turn 10 there is no verdict."""
    rule, bare = "turn 10, times turn 2 (p50)", _run("bare", [5.0])
    for last, met in ((13.0, True), (14.0, False)):
        steps = [_step("turn", 2, 10.0), _step("turn", 10, last)]
        page = figures("page", [Tally(1, steps, [], 1)])
        assert {v.rule: v.met for v in gate.judge_page(page, bare, 50)}[rule] is met
    short = figures("page", [Tally(1, [_step("turn", 2, 10.0)], [], 1)])
    assert {v.rule: v.met for v in gate.judge_page(short, bare, 50)}[rule] is None


def test_whoever_does_not_finish_misses_the_gate() -> None:
    """A page that fails fast is not a fast page."""
    page = figures("page", [Tally(50, [_step("turn", 1, 1.0)], ["problem: x"], 49)])
    assert gate.missed(gate.judge_page(page, _run("bare", [5.0]), 50))
    assert "PROBLEM 1 x problem: x" in table([page])


def test_a_whole_run_takes_away_what_it_did_not_draw() -> None:
    """What a finished run of the page left out is gone; until then it stays."""
    screen = _drawn({(0, 0): _text("one"), (0, 1): _text("two")})
    screen.begin_run("second", frozenset())
    screen.apply((0, 0), _text("new"))
    assert screen.texts() == ["new", "two"]
    screen.end_run()
    assert screen.texts() == ["new"]


def test_a_fragment_takes_away_only_its_own() -> None:
    """A run of one fragment leaves the rest of the page alone."""
    screen = _drawn({(0, 0): _text("page"), (0, 1): _text("old", fragment="f")})
    screen.begin_run("second", frozenset({"f"}))
    screen.apply((0, 2), _text("new", fragment="f"))
    screen.end_run()
    assert screen.texts() == ["page", "new"]


def test_an_element_in_the_place_of_a_block_takes_its_children_away() -> None:
    """`st.empty` that held a container, and now a text, holds only the text."""
    block = Delta()
    block.add_block.vertical.SetInParent()
    screen = _drawn({(0, 0): block, (0, 0, 0): _text("child"), (0, 1): _text("beside")})
    screen.apply((0, 0), _text("instead"))
    assert screen.texts() == ["instead", "beside"]


def test_an_empty_element_leaves_nothing() -> None:
    """What is replaced by `st.empty` is gone at once."""
    screen = _drawn({(0, 0): _text("shown")})
    empty = Delta()
    empty.new_element.empty.SetInParent()
    assert screen.apply((0, 0), empty) is None
    assert screen.texts() == []


def test_the_screen_is_read_from_top_to_bottom() -> None:
    """Order is that of the places, by number, whatever order things were drawn in."""
    screen = _drawn({(0, 10): _text("last"), (0, 2): _text("second"), (0, 1, 5): _text("first")})
    assert screen.texts() == ["first", "second", "last"]


def test_a_widget_is_found_by_its_whole_label_first() -> None:
    """An exact label goes before one that only holds the words, and case does not matter."""
    screen = _drawn({(0, 0): _button("Begin opnieuw"), (0, 1): _button("Begin")})
    assert [screen.find("button", label) for label in ("Begin", "OPNIEUW")] == screen.widgets()[
        ::-1
    ]
    assert screen.find("checkbox", "Begin") is None


def test_an_error_on_the_screen_is_seen() -> None:
    """An exception or an error alert is a problem; a friendly notice is not."""
    for shown, problem in ((Alert.ERROR, "Er ging iets mis"), (Alert.INFO, "")):
        delta = Delta()
        delta.new_element.alert.body = "Er ging iets mis"
        delta.new_element.alert.format = shown
        node = _drawn({}).apply((0, 0), delta)
        assert node is not None
        assert node.problem == problem


@pytest.mark.parametrize("kind", ["button", "checkbox", "chat_input", "button_group", "radio"])
def test_a_request_carries_what_a_browser_sends(kind: WidgetKind) -> None:
    """Place, fragment, cached messages and widget values arrive as they were given."""
    place = wire.Place("http://127.0.0.1:1/x", "a=b", "x", "hash")
    sent = wire.rerun(place, [wire.state_of(kind, "w1", "ja")], ["m1"], "f")
    request = BackMsg()
    request.ParseFromString(sent)
    client = request.rerun_script
    assert (client.query_string, client.page_script_hash, client.page_name) == ("a=b", "hash", "")
    assert (client.fragment_id, list(client.cached_message_hashes)) == ("f", ["m1"])
    assert [state.id for state in client.widget_states.widgets] == ["w1"]
    assert client.widget_states.widgets[0].WhichOneof("value") is not None


@pytest.mark.parametrize("url", ["http://example.org/", "https://127.0.0.1/", "http://10.0.0.1/"])
def test_the_bench_stays_on_this_machine(url: str) -> None:
    """Any other address is refused before anything is sent."""
    with pytest.raises(ValueError, match="this machine"):
        PageClient(url)


def test_the_way_in_is_role_consent_begin() -> None:
    """Every step of the way in is taken once, also when its button stays on the screen."""
    plan = Interview(1, Random(1))
    role, agree = _widget("button", "Ik krijg hulp of steun"), _widget("checkbox", "Ja, ik doe mee")
    begin = _widget("button", "Begin het gesprek")
    on_screen, done = [begin, role, agree], list[str]()
    for _ in range(3):
        act = plan.next_act(on_screen, lambda widget: widget.label in done)
        assert act is not None
        done.append(act.widget.label)
    assert done == [role.label, agree.label, begin.label]


def test_writing_goes_before_tapping() -> None:
    """Where an answer can be written it is, and only that counts as a turn."""
    plan = Interview(1, Random(1))
    tap, box = _widget("button", "Ja"), _widget("chat_input", "Typ hier uw antwoord")
    tapped = plan.next_act([tap], _never)
    assert tapped is not None
    assert (tapped.widget, plan.turns) == (tap, 0)
    written = plan.next_act([tap, box], _never)
    assert written is not None
    assert (written.widget, plan.turns) == (box, 1)
    assert written.value in ANSWERS
    assert plan.next_act([tap, box], _never) is None


@pytest.mark.parametrize("label", ["Sla deze vraag over", "Stoppen", "English", "Terug"])
def test_nobody_wanders_off(label: str) -> None:
    """What leads out of the interview is never tapped, even when nothing else is there."""
    assert Interview(1, Random(1)).next_act([_widget("button", label)], _never) is None


def test_what_is_disabled_is_left_alone() -> None:
    """A disabled widget is no way on."""
    box = Widget("chat_input", "i", "Typ", "", disabled=True)
    assert Interview(1, Random(1)).next_act([box], _never) is None
    assert Chat(1, Random(1)).next_act([box], _never) is None


def test_one_option_of_several_is_ticked() -> None:
    """A list of boxes gets one tick; then the way on is taken."""
    plan = Interview(1, Random(1))
    boxes = [_widget("checkbox", "beleid"), _widget("checkbox", "relatie")]
    on_screen = [*boxes, _widget("button", "Bewaar")]
    first = plan.next_act(on_screen, _never)
    assert first is not None
    assert first.widget in boxes
    then = plan.next_act(on_screen, lambda widget: widget == first.widget)
    assert then is not None
    assert then.widget.label == "Bewaar"


def test_the_same_dice_answer_the_same() -> None:
    """A run can be repeated."""
    box = _widget("chat_input", "Typ")
    one, other = (Chat(20, Random("7")) for _ in range(2))
    said = [[plan.next_act([box], _never) for _ in range(20)] for plan in (one, other)]
    assert said[0] == said[1]
    assert len({act.value for act in said[0] if act}) > 5


def _never(widget: Widget) -> bool:
    del widget
    return False


def _widget(kind: WidgetKind, label: str) -> Widget:
    return Widget(kind, f"id-{label}", label, "")


def _step(kind: str, number: int, ms: float, messages: int = 5) -> Step:
    return Step(kind, number, Timing(ms, ms, ms, messages, 100))


def _run(name: str, took: list[float]) -> Figures:
    steps = [_step("turn", number % 10 + 1, ms) for number, ms in enumerate(took)]
    return figures(name, [Tally(1, steps, [], 1)])


def _text(body: str, fragment: str = "") -> Delta:
    delta = Delta(fragment_id=fragment)
    delta.new_element.text.body = body
    return delta


def _button(label: str) -> Delta:
    delta = Delta()
    delta.new_element.button.label = label
    delta.new_element.button.id = f"id-{label}"
    return delta


def _drawn(deltas: dict[tuple[int, ...], Delta]) -> Screen:
    screen = Screen()
    screen.begin_run("first", frozenset())
    for path, delta in deltas.items():
        screen.apply(path, delta)
    screen.end_run()
    return screen
