"""No test reaches beyond this machine; and where chance looks for cases, CI sees the same ones."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

# Before numpy is imported: on busy cores more threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# At a desk every run tries other cases. In CI a run is repeatable: a red one is about the change.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


class NetworkForbidden(RuntimeError):
    """A test tried to reach another machine."""


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):  # a Unix socket's path
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Every connect beyond the loopback fails, in this process, whatever library tries it."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, real: Any = real) -> Any:
            if not _is_here(address):
                raise NetworkForbidden(f"a test tried to reach {address!r}")
            return real(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()
