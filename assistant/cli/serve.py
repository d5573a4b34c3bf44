"""`lange-adem serve`: the web app, by Streamlit's own server."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import bootstrap
from assistant.errors import LangeAdemError, PortInUse
from assistant.settings import read_settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="address to listen on (default 127.0.0.1)")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port (default 8501)")] = None,
) -> None:
    """Serve the page. Stop it with Ctrl-C; interviews under way are on disk and can be resumed."""
    settings = read_settings()
    at_host, at_port = host or settings.host, port or settings.port
    _must_be_free(at_host, at_port)
    bootstrap.rehearse(settings)
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(_page())),
        *("--server.address", at_host, "--server.port", str(at_port)),
    ]
    print(f"Lange Adem is on its way at http://{at_host}:{at_port}", flush=True)
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - becomes the server: one process to stop
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own command, no shell


def _page() -> Path:
    """The page's ASGI file, found without importing the page."""
    spec = importlib.util.find_spec("ui")
    if spec is None or not spec.submodule_search_locations:
        raise LangeAdemError("The page (package `ui`) is not installed beside `assistant`.")
    return Path(next(iter(spec.submodule_search_locations))) / "asgi.py"


def _must_be_free(host: str, port: int) -> None:
    """Streamlit would take the next port, or say so in a traceback."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # elsewhere this would share the port instead of testing it
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, UnicodeError) as wrong:
        why = getattr(wrong, "strerror", None) or "not an address"
        raise PortInUse(
            f"Cannot listen on {host}:{port} ({why}). If another program has "
            f"the port, stop it or choose another: lange-adem serve --port {port % 65535 + 1}"
        ) from None
