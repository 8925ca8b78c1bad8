"""Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A server reads 16-bit samples as multiples of 2^-15.
_INT16_SCALE = 32_768
_PCM = 1
_IEEE_FLOAT = 3


def encode_wav(samples: NDArray[Any], sample_rate_hz: int) -> bytes:
    """A RIFF/WAVE file with one channel, from int16 or floats.

    Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording are, are written as 16-bit integers;
    others as 32-bit floats, which is what a model computes with.
    """
    integers = samples if samples.dtype == np.int16 else _as_integers(samples)
    if integers is not None:
        data = integers.astype("<i2", copy=False).tobytes()
        code, sample_bytes = _PCM, 2
    else:
        data = samples.astype("<f4", copy=False).tobytes()
        code, sample_bytes = _IEEE_FLOAT, 4
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        code,
        1,
        sample_rate_hz,
        sample_rate_hz * sample_bytes,
        sample_bytes,
        sample_bytes * 8,
        b"data",
        len(data),
    )
    return header + data


def _as_integers(samples: NDArray[Any]) -> NDArray[np.int16] | None:
    # Half-precision floats would overflow when scaled.
    floats = samples.astype(np.float32) if samples.dtype == np.float16 else samples
    # What does not fit, not a number included, becomes some integer that differs.
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = floats * floats.dtype.type(_INT16_SCALE)
        integers: NDArray[np.int16] = scaled.astype(np.int16)
    return integers if np.array_equal(integers, scaled) else None
