"""Owns the forms in which a caller may hand over a sound, and turning each into a WAV file or an address.

Must not know the wire.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .wav import encode_wav

_DTYPES = (np.int16, np.float16, np.float32, np.float64)


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples of one channel with a rate of their own: 16-bit integers, or floats whose usual range is -1 to 1."""

    array: NDArray[Any]
    sample_rate_hz: int


@dataclass(frozen=True)
class CloudFile:
    """The address of a WAV file in cloud storage, and a token that may read it unless it is public."""

    uri: str
    token: str | None = field(default=None, repr=False)


#: A WAV file (its path or its bytes), samples at the algorithm's rate or with their own, or an address in cloud storage.
Sound: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | NDArray[Any] | Samples | CloudFile"

_EXPECTED = (
    "Expected a path, the bytes of a WAV file, a one-dimensional NumPy array of int16, float32 or float64, "
    "Samples(array, sample_rate_hz) or CloudFile(uri)"
)


def checked_sounds(sounds: Iterable[Sound]) -> list[Sound]:
    """The sounds as a list, each seen to be one, so that nothing is sent when one is not.

    Raises:
        TypeError: for what is no list of sounds
        OSError: for a file that is not there
    """
    if isinstance(sounds, (str, bytes, bytearray, os.PathLike, Samples, CloudFile)):
        raise TypeError("Expected a list of sounds, got a single one. Put it into a list.")
    if isinstance(sounds, np.ndarray) and sounds.ndim < 2:
        raise TypeError("Expected a list of sounds, got the samples of one. Put the array into a list.")
    found = list(sounds)
    for index, sound in enumerate(found):
        _check(sound, index)
    return found


def _check(sound: Sound, index: int) -> None:
    if isinstance(sound, (str, os.PathLike)):
        path = os.fspath(sound)
        if "://" in path:
            raise TypeError(f"Expected a path as sound {index}, got an address. Use CloudFile(uri).")
        os.stat(path)
    elif isinstance(sound, CloudFile):
        if not isinstance(sound.uri, str):
            raise TypeError(f"Expected text as the uri of sound {index}, got {type(sound.uri).__name__}.")
    elif isinstance(sound, (np.ndarray, Samples)):
        array = sound.array if isinstance(sound, Samples) else sound
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{_EXPECTED}, got Samples of a {type(array).__name__} as sound {index}.")
        if array.ndim != 1 or array.dtype.type not in _DTYPES:
            raise TypeError(f"{_EXPECTED}, got an array of {array.dtype} with shape {array.shape} as sound {index}.")
        if isinstance(sound, Samples) and (int(sound.sample_rate_hz) != sound.sample_rate_hz or sound.sample_rate_hz <= 0):
            raise TypeError(f"Expected whole Hz above 0 as the rate of sound {index}, got {sound.sample_rate_hz}.")
    elif not isinstance(sound, (bytes, bytearray, memoryview)):
        raise TypeError(f"{_EXPECTED}, got a {type(sound).__name__} as sound {index}.")


def resolve_sound(sound: Sound, sample_rate_hz: int) -> bytes | bytearray | memoryview | CloudFile:
    """The bytes of a WAV file, or the address. `sample_rate_hz` is that of samples without their own."""
    if isinstance(sound, (str, os.PathLike)):
        return Path(sound).read_bytes()
    if isinstance(sound, Samples):
        return encode_wav(sound.array, int(sound.sample_rate_hz))
    if isinstance(sound, np.ndarray):
        return encode_wav(sound, sample_rate_hz)
    return sound
