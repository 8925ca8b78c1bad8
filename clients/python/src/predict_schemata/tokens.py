"""Owns bearer tokens: asking a provider for one call at a time, and the provider that asks the gcloud command line."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from .scope import Scope

#: Gives a bearer token. Its argument is the one that the server has just answered with 401, or None: give a fresh one then.
#: A client has one question under way at a time: calls that wait meanwhile take its answer.
TokenProvider = Callable[[str | None], str]

#: Google's access tokens live for an hour; half of that leaves time for what is under way.
_LIFETIME_S = 1800.0


class TokenGate:
    """One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with.

    A failure is the asking call's own: one of those that waited asks anew.
    """

    def __init__(self, provide: TokenProvider) -> None:
        self._provide = provide
        self._lock = threading.Lock()
        #: The question that is under way.
        self._asked: Future[str] | None = None

    def token(self, refused: str | None, scope: Scope) -> str:
        """Raises what the provider raises, or as soon as the call is over while another one asks."""
        mine: Future[str] = Future()
        while True:
            with self._lock:
                others = self._asked
                if others is None:
                    self._asked = mine
                    break
            scope.wait_for(others)
            if others.exception() is None and others.result() != refused:
                return others.result()
        try:
            token = self._provide(refused)
        except BaseException as error:
            self._settle()
            mine.set_exception(error)
            raise
        self._settle()
        mine.set_result(token)
        return token

    def _settle(self) -> None:
        """Before the answer is given: who takes it not may ask at once."""
        with self._lock:
            self._asked = None


def gcloud_token(command: Sequence[str] = ("gcloud", "auth", "print-access-token")) -> TokenProvider:
    """Tokens of the gcloud command line, kept for half an hour. `command` may be another program that prints a token."""
    lock = threading.Lock()
    kept: tuple[str, float] | None = None

    def provide(refused: str | None) -> str:
        nonlocal kept
        # Clients may share it.
        with lock:
            now_s = time.monotonic()
            if kept is None or kept[0] == refused or now_s >= kept[1]:
                done = subprocess.run(list(command), check=True, capture_output=True, text=True)
                kept = (done.stdout.strip(), now_s + _LIFETIME_S)
            return kept[0]

    return provide
