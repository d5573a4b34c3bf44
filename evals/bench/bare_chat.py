"""The yardstick: the smallest chat Streamlit can be, to be run by `servers.bare_chat`.

A history of chat messages, one input, a reply that is there at once. What the page does on top
of this is what it costs. The reply carries a number so that each is seen as a new text.
"""

from __future__ import annotations

import streamlit as st

REPLY = "Thank you for answer {number}. Could you tell a little more about what happened then?"


def main() -> None:
    """Show what was said, take one message, answer it."""
    said: list[tuple[str, str]] = st.session_state.setdefault("said", [])
    for who, text in said:
        st.chat_message(who).markdown(text)
    if answer := st.chat_input("Your answer"):
        reply = REPLY.format(number=len(said) // 2 + 1)
        for message in (("user", answer), ("assistant", reply)):
            st.chat_message(message[0]).markdown(message[1])
            said.append(message)


main()
