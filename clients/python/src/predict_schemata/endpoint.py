"""Owns one call of one endpoint: token, headers, and every way to fail as an error of `errors`. Must not know about repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .errors import AuthenticationError, InvalidAnswerError, error_of_answer
from .scope import Scope
from .tokens import TokenGate
from .transport import HttpAnswer, Transport


class Endpoint:
    """Calls of one endpoint. Safe to share between threads."""

    def __init__(self, transport: Transport, path: str, *, token: str | TokenGate | None, headers: Mapping[str, str]) -> None:
        self._transport = transport
        self._path = path
        self._token = token
        self._headers = headers

    def predict(self, body: bytes, count: int, scope: Scope) -> dict[str, Any]:
        """The answer to a body with `count` instances: an object with as many predictions.

        Raises:
            PredictError: for anything else
        """
        answer = self._answered("POST", f"{self._path}:predict", body, scope)
        value = _json_object(answer)
        predictions = value.get("predictions")
        if not isinstance(predictions, list) or len(predictions) != count:
            got = len(predictions) if isinstance(predictions, list) else "none"
            raise InvalidAnswerError(
                f"Expected a prediction for each of {count} instances, got {got}.",
                status=answer.status,
                request_id=answer.headers.get("x-request-id"),
            )
        return value

    def describe(self, scope: Scope) -> dict[str, Any]:
        """The endpoint's resource, among others with its limits as labels."""
        return _json_object(self._answered("GET", self._path, None, scope))

    def _answered(self, method: str, path: str, body: bytes | None, scope: Scope) -> HttpAnswer:
        if not isinstance(self._token, TokenGate):
            return self._once(method, path, body, self._token, scope)
        first = self._token.token(None, scope)
        try:
            return self._once(method, path, body, first, scope)
        except AuthenticationError:
            fresh = self._token.token(first, scope)
            if fresh == first:
                raise
        return self._once(method, path, body, fresh, scope)

    def _once(self, method: str, path: str, body: bytes | None, token: str | None, scope: Scope) -> HttpAnswer:
        headers = {"Accept": "application/json", **self._headers}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self._transport.exchange(method, path, headers, body, scope)
        if not 200 <= answer.status < 300:
            raise error_of_answer(answer.status, answer.headers, answer.body)
        return answer


def endpoint_path(project: str, location: str, endpoint: str) -> str:
    """The path below a base URL."""
    return "/v1/projects/{}/locations/{}/endpoints/{}".format(*(quote(part, safe=":") for part in (project, location, endpoint)))


def _json_object(answer: HttpAnswer) -> dict[str, Any]:
    try:
        value = json.loads(answer.body)
    except ValueError as cause:
        raise InvalidAnswerError("The answer is not JSON.", status=answer.status) from cause
    if not isinstance(value, dict):
        raise InvalidAnswerError("The answer is not a JSON object.", status=answer.status)
    return value
