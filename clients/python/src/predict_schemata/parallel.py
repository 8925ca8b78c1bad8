"""Owns running tasks side by side within a bound, in threads that end with their scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from .scope import Scope

T = TypeVar("T")


def parallel(tasks: Iterable[T], limit: int, run: Callable[[T], None], scope: Scope) -> None:
    """Runs `run` on each task, at most `limit` at once; tasks are asked for as there is room. The first failure is raised.

    Leaving the scope is the caller's: it ends what is still under way after a failure.
    """
    pending: set[Future[Any]] = set()
    executor = ThreadPoolExecutor(max_workers=limit, thread_name_prefix="predict")
    try:
        for task in tasks:
            pending.add(executor.submit(run, task))
            while len(pending) >= limit:
                pending = _rest(pending, scope)
        while pending:
            pending = _rest(pending, scope)
    finally:
        # Not waited for: a thread may still be connecting, and what it brings is nobody's any more.
        executor.shutdown(wait=False, cancel_futures=True)


def _rest(pending: set[Future[Any]], scope: Scope) -> set[Future[Any]]:
    over: Future[Any] = scope.over
    done, rest = wait(pending | {over}, return_when=FIRST_COMPLETED)
    for future in done - {over}:
        future.result()
    scope.raise_if_over()
    return rest - {over}
