"""Owns when a call is repeated and how long is waited before. Must not know what is called."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .errors import ConnectionLostError, DeadlineError, PredictError, RateLimitError, UnavailableError
from .scope import Scope

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """How often and after what time."""

    #: The first one counts.
    max_attempts: int = 4
    initial_backoff_s: float = 0.25
    max_backoff_s: float = 8.0


def is_retryable(error: PredictError) -> bool:
    """429, 503, 504 and lost connections; predicting the same twice does no harm."""
    if isinstance(error, DeadlineError):
        return error.status is not None
    return isinstance(error, (RateLimitError, UnavailableError, ConnectionLostError))


def backoff_s(policy: RetryPolicy, repeat: int, error: PredictError | None, share: float | None = None) -> float:
    """Half to all of a time that doubles with each repeat, so that clients that failed together do not return together.

    Never less than the server asked for. `repeat` is 0 before the first one, `share` from 0 to below 1 (random by default).
    """
    full_s = min(policy.max_backoff_s, policy.initial_backoff_s * 2.0 ** min(repeat, 60))
    asked_s = (error.retry_after_s or 0.0) if error is not None else 0.0
    return max(asked_s, full_s * (0.5 + (random.random() if share is None else share) / 2))


def with_retries(policy: RetryPolicy, scope: Scope, attempt: Callable[[], T]) -> T:
    """Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline."""
    repeat = 0
    while True:
        try:
            return attempt()
        except PredictError as error:
            wait_s = backoff_s(policy, repeat, error)
            if not is_retryable(error) or repeat + 1 >= policy.max_attempts or not scope.leaves(wait_s):
                raise
        scope.wait(wait_s)
        repeat += 1
