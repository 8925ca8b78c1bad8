"""Owns the sounds of one call of the user's, and what came for each. Must not know how calls are made."""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .algorithm import AlgorithmFacts
from .answer import InstanceError, Outcome, SoundAnswer, outcome_of
from .sound import CloudFile, Sound, resolve_sound
from .split import Call, Piece, TooLong, split
from .target import Limits


class Sending:
    """The sounds of one call of the user's, and what came for each."""

    def __init__(self, facts: AlgorithmFacts, sounds: Sequence[Sound]) -> None:
        self._facts = facts
        self._sounds = sounds
        #: The indices of all sounds.
        self.all = range(len(sounds))
        self._outcomes: list[Outcome | None] = [None] * len(sounds)
        self._model: Mapping[str, Any] = {}

    def failed(self, retryable: frozenset[str]) -> list[int]:
        """Those with an error that may pass."""
        return [
            index
            for index, outcome in enumerate(self._outcomes)
            if isinstance(outcome, InstanceError) and outcome.reason in retryable
        ]

    def calls(self, indices: Iterable[int], limits: Limits) -> Iterator[Call]:
        for part in split((self._piece(index) for index in indices), limits):
            if isinstance(part, TooLong):
                self._outcomes[part.index] = InstanceError(
                    "BODY_TOO_LARGE",
                    f"Expected an instance that fits a body of {limits.max_body_bytes} bytes, got one of {part.body_bytes}. "
                    "Send a shorter file.",
                )
            else:
                yield part

    def take(self, indices: Sequence[int], answer: Mapping[str, Any]) -> None:
        facts = self._facts
        for index, prediction in zip(indices, answer["predictions"], strict=True):
            self._outcomes[index] = outcome_of(prediction, facts.result_field, facts.result_names)
        self._model = answer

    def answer(self) -> SoundAnswer:
        outcomes = tuple(outcome for outcome in self._outcomes if outcome is not None)
        if len(outcomes) != len(self._outcomes):
            raise RuntimeError("A sound has neither a result nor an error. This is a bug.")
        name, model_id = self._model.get("modelDisplayName"), self._model.get("deployedModelId")
        return SoundAnswer(outcomes, self._facts.result_names, name, model_id)

    def _piece(self, index: int) -> Piece:
        facts = self._facts
        resolved = resolve_sound(self._sounds[index], facts.sample_rate_hz)
        if isinstance(resolved, CloudFile):
            instance = {facts.uri_field: resolved.uri}
            if resolved.token is not None and facts.uri_token_field is not None:
                instance[facts.uri_token_field] = resolved.token
            return Piece(index, json.dumps(instance, ensure_ascii=False, separators=(",", ":")).encode())
        # Base64 and names of fields need no escapes.
        return Piece(index, b'{"%s":"%s"}' % (facts.file_field.encode(), binascii.b2a_base64(resolved, newline=False)))
