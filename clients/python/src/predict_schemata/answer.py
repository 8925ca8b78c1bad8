"""Owns what callers get for sounds: a row of numbers or an error for each, in their order. Must not know how it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidAnswerError


@dataclass(frozen=True)
class InstanceError:
    """Why one sound has no result. The others are not affected."""

    #: One of the contract's fixed list: branch on it, not on the description.
    reason: str
    description: str


#: 32-bit floats, or why there are none.
Outcome: TypeAlias = "NDArray[np.float32] | InstanceError"


@dataclass(frozen=True, eq=False)
class SoundAnswer(Sequence[Outcome]):
    """One outcome for each sound, in their order."""

    outcomes: tuple[Outcome, ...]
    #: What each number of a row is, where the contract gives them names.
    names: tuple[str, ...]
    #: Of the answer that came last; says when it is an untrained development model. None when no call was needed.
    model_display_name: str | None
    #: Of the answer that came last: the same id, the same numbers.
    deployed_model_id: str | None

    @property
    def values(self) -> NDArray[np.float32]:
        """One row for each sound; the row of a sound that failed is NaN. With no result at all, rows of no numbers."""
        width = next((outcome.size for outcome in self.outcomes if not isinstance(outcome, InstanceError)), 0)
        values = np.full((len(self.outcomes), width), np.nan, np.float32)
        for index, outcome in enumerate(self.outcomes):
            if not isinstance(outcome, InstanceError):
                values[index] = outcome
        return values

    @property
    def errors(self) -> dict[int, InstanceError]:
        """The sounds that failed, by their index."""
        return {index: outcome for index, outcome in enumerate(self.outcomes) if isinstance(outcome, InstanceError)}

    def __len__(self) -> int:
        return len(self.outcomes)

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Outcome, ...]: ...
    def __getitem__(self, index: int | slice) -> Outcome | tuple[Outcome, ...]:
        return self.outcomes[index]


def outcome_of(prediction: Any, result_field: str, result_names: Sequence[str]) -> Outcome:
    """Reads one prediction of an answer.

    Raises:
        InvalidAnswerError: for what is none
    """
    if isinstance(prediction, Mapping):
        error = prediction.get("error")
        if isinstance(error, Mapping):
            return InstanceError(str(error.get("reason", "")), str(error.get("description", "")))
        result = prediction.get(result_field)
        try:
            numbers = [result[name] for name in result_names] if isinstance(result, Mapping) else result
            if isinstance(numbers, list):
                return np.array(numbers, dtype=np.float32)
        except (KeyError, TypeError, ValueError):
            # Told below, without the values.
            pass
    raise InvalidAnswerError(f"Expected a prediction with numbers in {result_field} or an error.")
