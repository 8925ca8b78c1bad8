"""Owns the errors of a call: one class for each family of statuses and one for each way to get no answer.

Must not know how calls are made.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any


class PredictError(Exception):
    """A call that failed for good. Its class says what kind of failure it is.

    Each fact is None where there was no answer to read it from.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        reason: str | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        #: Of HTTP.
        self.status = status
        #: A reason of the contract's fixed list: branch on it, not on the message.
        self.reason = reason
        #: For the operator, who finds the cause in the server's log under it.
        self.request_id = request_id
        #: Seconds that the server asked to wait.
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        facts = [str(self.status) if self.status else "", self.reason or ""]
        known = " ".join(fact for fact in facts if fact)
        asked = f" [request {self.request_id}]" if self.request_id else ""
        return f"{known}: {self.message}{asked}" if known else f"{self.message}{asked}"


class InvalidRequestError(PredictError):
    """400, 405, 413, 415 and other 4xx: the same call fails again."""


class AuthenticationError(PredictError):
    """401: no token, or one that is not accepted."""


class PermissionDeniedError(PredictError):
    """403: the token is not for this endpoint."""


class NotFoundError(PredictError):
    """404: no such endpoint."""


class RateLimitError(PredictError):
    """429, after all repeats."""


class UnavailableError(PredictError):
    """503, after all repeats."""


class ServerError(PredictError):
    """500 and other 5xx: a failure of the server that is not repeated."""


class DeadlineError(PredictError):
    """504 after all repeats, or the deadline of the call passed (then without a status)."""


class ConnectionLostError(PredictError):
    """No answer, or one that was cut, after all repeats."""


class CancelledError(PredictError):
    """The caller gave the call up."""


class InvalidAnswerError(PredictError):
    """A success whose body does not keep the contract."""


_CLASSES: Mapping[int, type[PredictError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
    503: UnavailableError,
    504: DeadlineError,
}


def error_of_answer(status: int, headers: Mapping[str, str], body: bytes) -> PredictError:
    """The error of an answer that is no success, whoever sent it: a proxy knows no contract."""
    family = _CLASSES.get(status, ServerError if status >= 500 else InvalidRequestError)
    try:
        error = _member(json.loads(body), "error")
    except ValueError:
        error = None
    details = _member(error, "details")
    found = (detail for detail in details if _text(detail, "reason")) if isinstance(details, list) else iter(())
    info = next(found, None)
    return family(
        _text(error, "message") or f"The server answered {status}.",
        status=status,
        reason=_text(info, "reason"),
        request_id=headers.get("x-request-id") or _text(_member(info, "metadata"), "requestId"),
        retry_after_s=retry_after_s(headers.get("retry-after")),
    )


def retry_after_s(header: str | None, now_s: float | None = None) -> float | None:
    """Seconds, or those until a date (RFC 9110, section 10.2.3); None for what is neither."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    try:
        at_s = parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError):
        return None
    return float(max(0, ceil(at_s - (time.time() if now_s is None else now_s))))


def _member(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Any, key: str) -> str | None:
    member = _member(value, key)
    return member if isinstance(member, str) else None
