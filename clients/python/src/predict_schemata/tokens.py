"""Owns bearer tokens: fixed ones, and those of a provider that gives a fresh one when the last was refused."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence

#: Gives a bearer token. Its argument is the one that the server has just answered with 401, or None: give a fresh one then.
TokenProvider = Callable[[str | None], str]

#: Google's access tokens live for an hour; half of that leaves time for what is under way.
_LIFETIME_S = 1800.0


def gcloud_token(command: Sequence[str] = ("gcloud", "auth", "print-access-token")) -> TokenProvider:
    """Tokens of the gcloud command line, kept for half an hour. `command` may be another program that prints a token."""
    lock = threading.Lock()
    kept: tuple[str, float] | None = None

    def provide(refused: str | None) -> str:
        nonlocal kept
        # Calls run side by side; one of them asks and the others take what it got.
        with lock:
            now_s = time.monotonic()
            if kept is None or kept[0] == refused or now_s >= kept[1]:
                done = subprocess.run(list(command), check=True, capture_output=True, text=True)
                kept = (done.stdout.strip(), now_s + _LIFETIME_S)
            return kept[0]

    return provide
