"""Owns how calls are made: what a client is given, and what one call sets otherwise."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypedDict

from .retry import RetryPolicy
from .scope import Cancellation


class CallOptions(TypedDict, total=False):
    """What each call may set otherwise than its client; `Settings` says what each means."""

    max_attempts: int
    initial_backoff_s: float
    max_backoff_s: float
    deadline_s: float | None
    max_parallel_calls: int
    max_instances: int | None
    max_body_bytes: int | None
    cancellation: Cancellation | None


@dataclass(frozen=True)
class Settings(RetryPolicy):
    """How calls are made."""

    #: Ends the whole call, repeats included; None for no end.
    deadline_s: float | None = 60.0
    #: Calls under way at once.
    max_parallel_calls: int = 4
    #: Most instances and bytes of one call; those that the endpoint states by default.
    max_instances: int | None = None
    max_body_bytes: int | None = None
    cancellation: Cancellation | None = None

    def __post_init__(self) -> None:
        for name in ("max_attempts", "max_parallel_calls", "max_instances", "max_body_bytes"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise ValueError(f"Expected a whole number from 1 as {name}, got {value!r}.")
        for name in ("initial_backoff_s", "max_backoff_s", "deadline_s"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ValueError(f"Expected seconds from 0 as {name}, got {value!r}.")


def merged(settings: Settings, options: CallOptions) -> Settings:
    unknown = set(options) - {field.name for field in fields(Settings)}
    if unknown:
        raise TypeError(f"Expected options of Settings, got {', '.join(sorted(unknown))}.")
    return replace(settings, **options)
