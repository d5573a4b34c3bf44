"""Why a document is not taken, in words for the command line and in a key for the page."""

from __future__ import annotations

from assistant.errors import DocumentRefused

# Reason: what is wrong and what to do. Facts are numbers and short names, never text of the file.
REASONS = {
    "missing": "there is no such file.",
    "not_a_file": "this is a {what}, not an ordinary file. Give the file itself.",
    "unreadable": "the file cannot be read ({why}).",
    "empty": "the file is empty.",
    "too_big": "the file is {megabytes} MB; at most {limit} MB is read.",
    "unknown_kind": "files named “{extension}” are not read; PDF (.pdf), Word (.docx), HTML"
    " (.html, .htm), Markdown (.md) and text (.txt) are.",
    "mismatch": "the name ends in “{extension}” but the file holds {content}. Give it the name of"
    " what it is, or find the right file.",
    "encrypted": "the file is encrypted (protected by a password or against copying). If you may,"
    " save a copy without protection and add that.",
    "old_word": "this is an old Word document (.doc) or one with a password. Open it in a word"
    " processor, save it as .docx without a password, and add that.",
    "truncated": "the file is cut off: its end is missing. Download or copy it again.",
    "damaged": "the file is damaged and cannot be read ({detail}). Download it again, or open it"
    " and save it anew.",
    "images_only": "this PDF holds only images of its pages, no text. Run OCR (text recognition)"
    " first and add what comes out.",
    "no_text": "there is no text in this file.",
    "bomb": "the file unpacks to far more than a document holds, as files do that are made to"
    " block a computer. It was not unpacked any further.",
    "entities": "the file declares a DTD or entities of its own, which no Word document does and"
    " files that attack a reader do.",
    "too_many_pages": "the file has {pages} pages; at most {limit} are read. Split it.",
    "too_long": "the file has more than {limit} characters of text. Split it.",
    "too_slow": "reading the file took longer than {seconds} seconds and was stopped.",
    "too_much_memory": "reading the file takes more memory than it may have. Split it, or save it"
    " anew.",
    "crashed": "the reader broke down on this file. Open it and save it anew, or save it as text.",
    "unknown_key": "there is no work with the key “{key}”; the nearest is “{near}”. `lange-adem"
    " corpus list` shows all keys. Nothing was added.",
    "id_taken": "another document already has the id {id}, by sheer chance. Save the file anew.",
}


def refusal(reason: str, name: str = "", **facts: str | int) -> DocumentRefused:
    """The refusal for `reason`, a key of REASONS; `name` is the display name of the file."""
    told = REASONS[reason].format(**facts)
    message = f"{name}: {told} Nothing was added." if name else told
    return DocumentRefused(message, reason, name, facts)
