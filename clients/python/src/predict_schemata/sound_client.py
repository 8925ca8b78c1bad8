"""Owns what callers use: predictions of instances in one call, and of sounds in as many as they need.

Must not know an algorithm.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

from typing_extensions import Self, Unpack

from .algorithm import AlgorithmFacts
from .answer import SoundAnswer
from .endpoint import Endpoint, endpoint_path
from .errors import DeadlineError, InvalidAnswerError, InvalidRequestError, NotFoundError, PermissionDeniedError, PredictError
from .parallel import parallel
from .retry import backoff_s, with_retries
from .scope import Scope
from .sending import Sending
from .settings import CallOptions, Settings, merged
from .sound import CloudFile, Sound, checked_sounds
from .split import Call
from .target import Limits, Target, server_target, stated_limits
from .tokens import TokenGate, TokenProvider
from .transport import Transport


class SoundClient:
    """The part of `PredictClient` that every algorithm shares. Safe to share between threads; keeps connections until `close`."""

    #: Filled in by the generated class.
    _algorithms: Mapping[str, AlgorithmFacts] = {}
    _retryable_reasons: frozenset[str] = frozenset()
    _version = ""

    def __init__(
        self,
        target: Target | str | None = None,
        *,
        project: str = "demo",
        location: str = "us-central1",
        endpoint: str | None = None,
        token: str | TokenProvider | None = None,
        headers: Mapping[str, str] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        **options: Unpack[CallOptions],
    ) -> None:
        """
        Args:
            target: where the endpoint is: `server_target()` by default; a text is the base URL of a server of your own
            endpoint: its id; the algorithm's name by default
            token: a bearer token, or a function that gives one (`gcloud_token()`) and is asked for one call at a time
            headers: sent with every call
            ssl_context: for a server whose certificate is signed by an authority of your own
            options: what `Settings` lists; each call may set them otherwise
        """
        self._target = server_target(target) if isinstance(target, str) else target or server_target()
        self._settings = merged(Settings(), options)
        self._place = (project, location, endpoint)
        self._token = TokenGate(token) if callable(token) else token
        self._headers = {"User-Agent": f"predict-schemata-python/{self._version}", **(headers or {})}
        self._transport = Transport(self._target.base_url, connections=self._settings.max_parallel_calls, ssl_context=ssl_context)
        self._lock = threading.Lock()
        #: Endpoint → the limits in its labels, or those of the target where it has none.
        self._limits: dict[str, Limits] = {}

    def predict(
        self,
        algorithm: str,
        instances: Sequence[Any],
        *,
        parameters: Any = None,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Sends instances in one call, which is repeated when it may be.

        Args:
            instances: models of `predict_schemata.generated`, or mappings as the contract has them
            parameters: likewise

        Returns:
            `PredictResponse` of the algorithm's models.

        Raises:
            PredictError: when the call fails for good
        """
        facts = self._facts(algorithm)
        settings = merged(self._settings, options)
        request: dict[str, Any] = {"instances": [_plain(instance) for instance in instances]}
        if parameters is not None:
            request["parameters"] = _plain(parameters)
        body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        endpoint = self._endpoint(facts)
        with Scope(settings.deadline_s, settings.cancellation) as scope:
            answer = with_retries(settings, scope, lambda: endpoint.predict(body, len(instances), scope))
        try:
            return facts.models.PredictResponse.from_dict(answer)
        # What pydantic raises is one.
        except ValueError as cause:
            raise InvalidAnswerError("The answer does not keep the contract.", status=200) from cause

    def predict_sounds(self, algorithm: str, sounds: Iterable[Sound], **options: Unpack[CallOptions]) -> SoundAnswer:
        """Predicts sounds of any form.

        Encodes them without loss, splits them by the endpoint's limits, sends within a bound side by side, repeats calls and single
        sounds that may be repeated. Files are read as they are sent.

        Raises:
            PredictError: when a call fails for good; what is wrong with one sound stands at its place instead
            TypeError, OSError: for what is no sound or no file, before anything is sent
        """
        facts = self._facts(algorithm)
        settings = merged(self._settings, options)
        checked = checked_sounds(sounds)
        if facts.uri_field is None and any(isinstance(sound, CloudFile) for sound in checked):
            raise TypeError(f"{algorithm} takes no addresses.")
        sending = Sending(facts, checked)
        if checked:
            endpoint = self._endpoint(facts)
            with Scope(settings.deadline_s, settings.cancellation) as scope:
                limits = self._limits_of(facts, endpoint, settings, scope)
                try:
                    self._send_all(sending, endpoint, limits, settings, scope)
                except NotFoundError:
                    # What comes to be there has limits of its own.
                    with self._lock:
                        self._limits.pop(self._place[2] or facts.name, None)
                    raise
        return sending.answer()

    def _send_all(self, sending: Sending, endpoint: Endpoint, limits: Limits, settings: Settings, scope: Scope) -> None:
        def send(call: Call) -> None:
            sending.take(call.indices, endpoint.predict(call.body, len(call.indices), scope))

        def send_until_done(call: Call) -> None:
            with_retries(settings, scope, lambda: send(call))

        def send_once(call: Call) -> None:
            # The errors that sounds have are results already: a repeat that fails as a whole takes nothing away.
            with suppress(PredictError):
                send(call)

        parallel(sending.calls(sending.all, limits), settings.max_parallel_calls, send_until_done, scope)
        for repeat in range(settings.max_attempts - 1):
            failed = sending.failed(self._retryable_reasons)
            wait_s = backoff_s(settings, repeat, None)
            if not failed or not scope.leaves(wait_s):
                return
            try:
                scope.wait(wait_s)
                parallel(sending.calls(failed, limits), settings.max_parallel_calls, send_once, scope)
            except DeadlineError:
                return

    def _limits_of(self, facts: AlgorithmFacts, endpoint: Endpoint, settings: Settings, scope: Scope) -> Limits:
        """Given ones, else those of the endpoint's labels, else those that the target is known for."""
        if settings.max_instances is not None and settings.max_body_bytes is not None:
            return Limits(settings.max_instances, settings.max_body_bytes)
        name = self._place[2] or facts.name
        with self._lock:
            known = self._limits.get(name)
        if known is None:
            known = self._asked_limits(name, endpoint, scope)
        return Limits(settings.max_instances or known.max_instances, settings.max_body_bytes or known.max_body_bytes)

    def _asked_limits(self, name: str, endpoint: Endpoint, scope: Scope) -> Limits:
        """Those of the endpoint's labels, else those that the target is known for: either is remembered.

        Not so after a failure that may pass, which says nothing about limits.
        """
        known = self._target.limits
        try:
            known = stated_limits(endpoint.describe(scope)) or known
        except (PermissionDeniedError, NotFoundError, InvalidRequestError, InvalidAnswerError):
            # A token may be for predictions alone, and a host, as one of Vertex AI's dedicated endpoints, may know no other call.
            pass
        except PredictError:
            scope.raise_if_over()
            return known
        with self._lock:
            self._limits[name] = known
        return known

    def _facts(self, algorithm: str) -> AlgorithmFacts:
        facts = self._algorithms.get(algorithm)
        if facts is None:
            raise ValueError(f"Expected one of {', '.join(self._algorithms)}, got {algorithm!r}.")
        return facts

    def _endpoint(self, facts: AlgorithmFacts) -> Endpoint:
        project, location, endpoint = self._place
        path = endpoint_path(project, location, endpoint or facts.name)
        return Endpoint(self._transport, path, token=self._token, headers=self._headers)

    def may_pass(self, reason: str) -> bool:
        """Whether the contract calls an instance's reason one for which sending it once more may help."""
        return reason in self._retryable_reasons

    def close(self) -> None:
        """Closes the connections that were kept."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _plain(value: Any) -> Any:
    return value if isinstance(value, Mapping) else value.to_dict()
