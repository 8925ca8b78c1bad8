"""Owns splitting instances over calls by count and by bytes. Must not know what an instance is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .target import Limits

_HEAD = b'{"instances":['
_TAIL = b"]}"


@dataclass(frozen=True)
class Piece:
    """One instance as JSON text in UTF-8, and its place among all."""

    index: int
    json: bytes


@dataclass(frozen=True)
class Call:
    """The body of one call, and the places of its instances."""

    indices: tuple[int, ...]
    body: bytes


@dataclass(frozen=True)
class TooLong:
    """An instance that no call can take."""

    index: int
    body_bytes: int


def split(pieces: Iterable[Piece], limits: Limits) -> Iterator[Call | TooLong]:
    """In order, each call as full as the limits allow. Pieces are asked for one by one, so that only those of a call are held."""
    envelope_bytes = len(_HEAD) + len(_TAIL)
    held: list[Piece] = []
    body_bytes = envelope_bytes
    for piece in pieces:
        if envelope_bytes + len(piece.json) > limits.max_body_bytes:
            yield TooLong(piece.index, envelope_bytes + len(piece.json))
            continue
        # One more for the comma.
        if held and (len(held) >= limits.max_instances or body_bytes + 1 + len(piece.json) > limits.max_body_bytes):
            yield _call(held)
            held, body_bytes = [], envelope_bytes
        body_bytes += len(piece.json) + (1 if held else 0)
        held.append(piece)
    if held:
        yield _call(held)


def _call(pieces: list[Piece]) -> Call:
    return Call(tuple(piece.index for piece in pieces), _HEAD + b",".join(piece.json for piece in pieces) + _TAIL)
