"""Adding documents to the library, and taking them away: for researchers who passed the door."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from assistant.errors import CorpusError, DocumentRefused, LangeAdemError
from assistant.records import Document
from ui.components import uploader
from ui.library.literature import document_told, in_order
from ui.library.news import refused, show_news
from ui.resources import house
from ui.state import News, leave_library, screen, t, widget
from ui.uploads import admit

_PASSWORD, _WORK = "door_password", "document_work"
_KINDS = ["pdf", "docx", "html", "htm", "md", "markdown", "txt"]
_MEGABYTE = 1_000_000
_LARGEST = 50 * _MEGABYTE

Progress = Callable[[int, int], None]


def for_researchers() -> None:
    """The door, or what is behind it; nothing where there is no door."""
    if not house().door.exists:
        return
    if screen().researcher:
        _shelf()
    else:
        _door()


def documents() -> tuple[Document, ...]:
    """The documents that can be read; none, and news of it, when the shelf cannot."""
    try:
        return house().shelf.documents()
    except CorpusError:
        screen().news = News("shelf", good=False, name="library.shelf_failed")
        return ()


def add_file(name: str, data: bytes, key: str, progress: Progress) -> News:
    """Put a file with the work that has `key`; what came of it.

    It is on disk for as long as it is read, under a name of ours, whatever happens.
    """
    if len(data) > _LARGEST:
        facts: dict[str, str | int] = {
            "megabytes": f"{len(data) / _MEGABYTE:.0f}",
            "limit": _LARGEST // _MEGABYTE,
        }
        return News("shelf", good=False, name="library.refused.too_big", facts=facts)
    with TemporaryDirectory(prefix="lange-adem-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / token_hex(8)
        path.write_bytes(data)
        try:
            document, new = house().shelf.add(
                path, key, today=house().clock.today(), name=name, progress=progress
            )
        except DocumentRefused as wrong:
            return refused(wrong)
        except CorpusError:
            return News("shelf", good=False, name="library.shelf_failed")
    _look_again(document.name)
    told = "library.added" if new else "library.already_there"
    return News("shelf", good=True, name=told, facts={"name": document.name})


def _look_again(name: str) -> None:
    """A search notices what changed on the shelf when it is next asked: so it is asked now."""
    with suppress(LangeAdemError):
        house().retriever.search(name, 1)


def _door() -> None:
    news = screen().news
    knocked = news is not None and news.place == "shelf"
    with st.expander(t("library.researchers"), expanded=knocked):
        with st.form("door", border=False, clear_on_submit=True):
            st.text_input(t("library.password"), type="password", key=_PASSWORD, autocomplete="off")
            st.form_submit_button(t("library.open"), on_click=_knock)
        show_news("shelf")


def _knock() -> None:
    now = screen()
    now.researcher = house().door.opens(widget(_PASSWORD) or "")
    now.news = None
    if now.researcher:
        admit()
    else:
        now.news = News("shelf", good=False, name="library.wrong_password")


def _shelf() -> None:
    uploader()
    with st.container(key="shelf"):
        st.header(t("library.researchers"), anchor=False)
        _adding()
        show_news("shelf")
        _standing()
        st.button(t("library.done"), key="leave_shelf", on_click=leave_library)


def _adding() -> None:
    """Choose a work and a file; the button reads it in while the bar says how far it is."""
    library = house().library
    key = st.selectbox(
        t("library.choose_work"),
        [work.key for work in in_order(library)],
        index=None,
        format_func=lambda key: library.literature.reference(key).text,
        placeholder=t("library.choose"),
        key=_WORK,
    )
    given = st.file_uploader(t("library.file"), type=_KINDS, key=f"file_{screen().uploads}")
    st.text(t("library.file_help"))
    if st.button(t("library.add"), key="add_document", type="primary"):
        _add(given, key)


def _add(given: UploadedFile | None, key: str | None) -> None:
    now = screen()
    if not now.researcher:  # the page does not offer it then; neither does the server do it
        return
    if given is None or key is None:
        now.news = News("shelf", good=False, name="library.choose_both")
        return
    bar = st.progress(0.0, text=t("library.reading"))

    def progress(done: int, parts: int) -> None:
        told = t("library.reading_page", done=done, parts=parts)
        bar.progress(min(done / max(parts, 1), 1.0), text=told)

    now.news = add_file(given.name, given.getvalue(), key, progress)
    if now.news.good:
        now.uploads += 1
    st.rerun()


def _standing() -> None:
    """What is on the shelf, and a way to take each away."""
    st.subheader(t("library.documents_title"), anchor=False)
    standing = documents()
    if not standing:
        st.text(t("library.no_documents"))
    for number, document in enumerate(standing, start=1):
        reference = house().library.literature.reference(document.key)
        st.text(f"{number}. {document_told(document)}\n{reference.in_text}")
        if screen().removing == document.id:
            _sure(number, document)
        else:
            remove = t("library.remove", n=number)
            st.button(remove, key=f"remove_{document.id}", on_click=_ask, args=(document.id,))


def _sure(number: int, document: Document) -> None:
    st.text(t("library.remove_ask", n=number))
    with st.container(horizontal=True):
        st.button(
            t("library.remove_yes"),
            key=f"yes_{document.id}",
            type="primary",
            on_click=_remove,
            args=(document,),
        )
        st.button(t("library.remove_no"), key=f"no_{document.id}", on_click=_ask, args=(None,))


def _ask(document_id: str | None) -> None:
    screen().removing = document_id
    screen().news = None


def _remove(document: Document) -> None:
    now = screen()
    now.removing = None
    if not now.researcher:
        return
    try:
        house().shelf.remove(document.id)
    except CorpusError:
        now.news = News("shelf", good=False, name="library.shelf_failed")
    else:
        now.news = News("shelf", good=True, name="library.removed", facts={"name": document.name})
        now.found = None  # it may have been among what was found
        _look_again(document.name)
