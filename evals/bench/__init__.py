"""The load bench: a room full of people at once, measured next to a bare Streamlit chat.

A browser tab is emulated by speaking Streamlit's own websocket protocol (`wire`, `screen`,
`page_client`). A journey decides from what is on the screen what a participant does next
(`journey`), `load` plays many of them at once, `servers` starts what is measured, `report` and
`gate` say what came out. Loopback only: this is a tool for one's own machine.
"""
