"""Owns what the shared code asks of an algorithm; `generated/algorithms.py` answers. Must not know which algorithms there are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class AlgorithmFacts:
    """Facts of the contract about one algorithm."""

    #: As in the contract; also the endpoint's usual name.
    name: str
    #: The module of `predict_schemata.generated` with its models and its plain generated calls.
    module: str
    #: The rate that samples are taken to have unless they come with another.
    sample_rate_hz: int
    sample_count: int
    #: Fields of an instance that hold a WAV file in base64, an address in cloud storage and the token for it.
    file_field: str
    uri_field: str | None
    uri_token_field: str | None
    #: The field of a prediction that holds its result: a list of numbers, or an object of named ones.
    result_field: str
    result_names: tuple[str, ...]
    #: Titles of the contract's schemas, which are names of classes in `module`.
    instance: str
    prediction: str

    @property
    def models(self) -> ModuleType:
        """Loaded when first asked for: sending sounds needs none of its classes."""
        return import_module(f"predict_schemata.generated.{self.module}")
