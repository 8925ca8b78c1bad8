"""Owns the end of a whole call: its deadline, its cancelling by the caller, its first failure. Must not know what is called.

A socket waits where Python cannot interrupt it, so what ends a call shuts down the sockets that it waits for.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from types import TracebackType
from typing import Any

from .errors import CancelledError, DeadlineError, PredictError


class Cancellation:
    """Gives calls up: hand it to one or more calls, and call `cancel()` from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Ends the calls that it was handed to with CancelledError, and those to come."""
        with self._lock:
            self._cancelled = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def _listen(self, listener: Callable[[], None]) -> None:
        with self._lock:
            self._listeners.append(listener)
            cancelled = self._cancelled
        if cancelled:
            listener()

    def _forget(self, listener: Callable[[], None]) -> None:
        with self._lock:
            self._listeners.remove(listener)


class Scope:
    """One call of the user's, repeats and waits included. A context manager: leaving it ends what is still under way."""

    def __init__(self, deadline_s: float | None = None, cancellation: Cancellation | None = None) -> None:
        self._deadline_s = deadline_s
        self._ends_at_s = None if deadline_s is None else time.monotonic() + deadline_s
        self._cancellation = cancellation
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        #: Done when the call is over; its result makes the error.
        self.over: Future[Callable[[], PredictError]] = Future()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Scope:
        if self._deadline_s is not None:
            self._timer = threading.Timer(max(0.0, self._deadline_s), self._pass_deadline)
            self._timer.daemon = True
            self._timer.start()
        if self._cancellation is not None:
            self._cancellation._listen(self._cancel)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._cancellation is not None:
            self._cancellation._forget(self._cancel)
        self._end(lambda: CancelledError("The call ended before this part of it."))

    def left_s(self) -> float | None:
        """None without a deadline; not below 0."""
        return None if self._ends_at_s is None else max(0.0, self._ends_at_s - time.monotonic())

    def leaves(self, seconds: float) -> bool:
        """Whether a wait would end before the deadline."""
        left_s = self.left_s()
        return left_s is None or seconds < left_s

    def raise_if_over(self, cause: BaseException | None = None) -> None:
        # A socket's own timeout may be a moment before the timer.
        if self.left_s() == 0:
            self._pass_deadline()
        if self.over.done():
            raise self.over.result()() from cause

    def wait(self, seconds: float) -> None:
        """Raises as soon as the call is over."""
        wait([self.over], timeout=seconds)
        self.raise_if_over()

    def wait_for(self, future: Future[Any]) -> None:
        """Raises as soon as the call is over."""
        over: Future[Any] = self.over
        wait([future, over], return_when=FIRST_COMPLETED)
        self.raise_if_over()

    def hold(self, held: socket.socket) -> None:
        """A socket that the call waits for, until `release`."""
        with self._lock:
            self._sockets.add(held)
        if self.over.done():
            _shut_down(held)

    def release(self, held: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(held)

    def _pass_deadline(self) -> None:
        self._end(lambda: DeadlineError(f"The call was not done within its deadline of {self._deadline_s:g} s."))

    def _cancel(self) -> None:
        self._end(lambda: CancelledError("The call was cancelled."))

    def _end(self, error: Callable[[], PredictError]) -> None:
        with self._lock:
            if self.over.done():
                return
            self.over.set_result(error)
            held = list(self._sockets)
        for one in held:
            _shut_down(one)


def _shut_down(held: socket.socket) -> None:
    # It may be closed already.
    with suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)
