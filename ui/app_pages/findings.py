"""Findings: how many people and answers carry each level, which way, and in whose words."""

from __future__ import annotations

import streamlit as st

from assistant import session
from assistant.errors import LangeAdemError
from assistant.records import Findings, LevelCount
from ui.components import bars, words
from ui.resources import house
from ui.state import screen, t
from ui.trouble import show_notice


def _names(count: LevelCount) -> tuple[str, str]:
    codebook, lang = house().codebook, screen().lang
    level = codebook.level(count.level).name.in_(lang)
    return level, codebook.polarities[count.polarity].in_(lang)


def _chart(found: Findings) -> None:
    rows: list[dict[str, str | int]] = []
    for count in found.counts:
        level, polarity = _names(count)
        rows.append(
            {
                "level": level,
                "level_id": count.level,
                "polarity": polarity,
                "polarity_id": count.polarity,
                "n": count.answers,
            }
        )
    st.header(t("findings.chart"), anchor=False)
    bars(t("findings.chart"), rows)


def _table(found: Findings) -> None:
    st.header(t("findings.table"), anchor=False)
    head = [t("findings.carried"), t("findings.n_people"), t("findings.n_answers")]
    rows = [
        [": ".join(_names(count)), str(count.people), str(count.answers)] for count in found.counts
    ]
    lines = [head, ["---", "---:", "---:"], *rows]
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))


def _stretches(found: Findings) -> None:
    for count in found.counts:
        level, polarity = _names(count)
        said = [
            (one.text, f"{t('role.' + one.role)}, {t('origin.' + one.origin.partition(':')[0])}")
            for one in found.stretches
            if (one.level, one.polarity) == (count.level, count.polarity)
        ]
        with st.expander(
            t("findings.stretches", level=level.lower(), polarity=polarity.lower())
            + f" ({len(said)})"
        ):
            if said:
                words(f"{count.level}_{count.polarity}", said)
            else:
                st.text(t("findings.no_stretches"))


def _many(what: str, n: int) -> str:
    return t(f"findings.one_{what}") if n == 1 else t(f"findings.many_{what}s", n=n)


def _show(found: Findings) -> None:
    if not found.interviews:
        st.info(t("findings.empty"))
        return
    st.text(f"{_many('interview', found.interviews)}, {_many('answer', found.answers)}.")
    st.text(t("findings.basis"))
    _chart(found)
    _table(found)
    _stretches(found)
    with st.expander(t("findings.how")):
        st.text(t("findings.how_text"))


st.title(t("findings.title"), anchor=False)
st.text(t("findings.intro"))
try:
    _show(session.findings(house()))
except LangeAdemError:
    screen().notice = "store_unavailable"
    show_notice()
st.button(t("findings.refresh"), key="refresh")
