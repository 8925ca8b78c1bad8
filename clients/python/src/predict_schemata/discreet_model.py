"""Owns what every generated model has of this package's own: no text about it shows a token. Must not know the models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from .generated.algorithms import ALGORITHMS

_SECRETS = {facts.uri_token_field for facts in ALGORITHMS.values()} - {None}
_HIDDEN = "**********"


class DiscreetModel(BaseModel):
    """The base of the generated models, which languages.json puts in the place of pydantic's own."""

    # What is refused may be a token that was mistyped, or a whole sound.
    model_config = ConfigDict(hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, _HIDDEN if name in _SECRETS and value is not None else value

    def discreet_dump(self, **options: Any) -> dict[str, Any]:
        """`model_dump` for eyes and logs: a server has no use for it."""
        shown: dict[str, Any] = _without_secrets(self.model_dump(**options))
        return shown


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _HIDDEN if name in _SECRETS and member is not None else _without_secrets(member) for name, member in value.items()
        }
    return [_without_secrets(member) for member in value] if isinstance(value, list) else value
