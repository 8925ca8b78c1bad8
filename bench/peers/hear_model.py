"""Owns what all peers share: the session, and the way from an instance to its embedding. Knows no server.

The same work in the same order for every peer, so that what differs between them is the server alone.
"""

import base64
import io
import os
import wave

import numpy as np
import onnxruntime as ort

SAMPLE_RATE_HZ = 16_000
SAMPLE_COUNT = 32_000
PORT = int(os.environ["BENCH_PORT"])
CORES = int(os.environ["BENCH_CORES"])


def open_session() -> ort.InferenceSession:
    """One thread for each session: workers times threads stay within the cores, as in the server that is compared."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"])


def decode(instance: dict) -> np.ndarray:
    """32000 samples as float32. Raises ValueError for anything else."""
    if "input_bytes" in instance:
        with wave.open(io.BytesIO(base64.b64decode(instance["input_bytes"]))) as file:
            facts = (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes())
            if facts != (SAMPLE_RATE_HZ, 1, 2, SAMPLE_COUNT):
                raise ValueError("expected 2 s of 16-bit mono sound at 16 kHz")
            return np.frombuffer(file.readframes(SAMPLE_COUNT), "<i2").astype(np.float32) / np.float32(32_768)
    samples = np.asarray(instance["input_array"], np.float32)
    if samples.shape != (SAMPLE_COUNT,):
        raise ValueError("expected 32000 samples")
    return samples


def embed(session: ort.InferenceSession, instances: list[dict]) -> list[dict]:
    """All instances of one call as one batch; one prediction for each, in order."""
    rows = np.stack([decode(instance) for instance in instances])
    (embeddings,) = session.run(["embedding"], {"x": rows})
    return [{"embedding": embedding} for embedding in embeddings.tolist()]
