"""The return code."""

from __future__ import annotations

import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.steps.return_code import hashed, hashed_browser_key, new_code


def test_codes_have_eighty_random_bits_in_readable_signs() -> None:
    """16 signs of an alphabet of 32 without look-alikes, and never the same twice."""
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    signs = "".join(codes).replace("-", "")
    assert len(signs) == 2_000 * 16
    assert len(set(signs)) == 32
    assert not set(signs) & set("ILOU")


def test_a_code_is_read_as_people_type_it() -> None:
    """Case, spaces, dashes of any kind and look-alikes make no difference."""
    code = "7K3M-Q2WX-9F4T-B1H0"
    for typed in ("7k3m q2wx 9f4t b1h0", "7K3MQ2WX9F4TBIHO", " 7k3m–q2wx–9f4t–blho "):
        assert hashed(typed) == hashed(code)
    assert hashed("7K3M-Q2WX-9F4T-B1H1") != hashed(code)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_hash(text: str) -> None:
    """No text, however odd, is an error; none of them is a code's hash."""
    assert hashed(text) != hashed("7K3M-Q2WX-9F4T-B1H0")
    hashed_browser_key(text)


@pytest.mark.parametrize("odd", ["", "nee", "é" * 5_000, "x" * 100_000])
def test_a_malformed_code_takes_as_long_as_a_wrong_one(odd: str) -> None:
    """Time does not tell a malformed code from a wrong one."""

    def seconds(text: str) -> float:
        times = []
        for _ in range(9):
            began = time.perf_counter()
            hashed(text)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    wrong = seconds("7K3M-Q2WX-9F4T-B1H0")
    assert 0.3 * wrong < seconds(odd) < 3 * wrong
