"""Owns comparing `embed` with the plain generated call on the same sounds and server: medians of runs that take turns.

.cache/python-client/bin/python clients/python/bench/speed.py --url URL --token TOKEN
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from predict_schemata import PredictClient
from predict_schemata.generated import hear


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--token", required=True)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()

    random = np.random.default_rng(1)
    int16 = [random.integers(-9000, 9000, 32_000, dtype=np.int16) for _ in range(given.clips)]
    float32 = [(random.standard_normal(32_000) / 10).astype(np.float32) for _ in range(given.clips)]

    client = PredictClient(given.url, token=given.token, deadline_s=None)
    core = hear.PredictionsApi(hear.ApiClient(hear.Configuration(host=given.url, access_token=given.token)))

    def generated(samples: list[np.ndarray]) -> np.ndarray:
        rows = []
        for start in range(0, len(samples), 16):
            lists = [array.tolist() for array in samples[start : start + 16]]
            instances = [hear.HearInstance(hear.HearInputArray(input_array=numbers)) for numbers in lists]
            answer = core.predict_hear("demo", "us-central1", "hear", hear.PredictRequest(instances=instances))
            rows += [prediction.actual_instance.embedding for prediction in answer.predictions]
        return np.array(rows, np.float32)

    scaled = [array.astype(np.float64) / 32_768 for array in int16]
    ways: dict[str, Callable[[], np.ndarray]] = {
        "embed, int16 arrays": lambda: client.embed(int16).values,
        "embed, one call at a time": lambda: client.embed(int16, max_parallel_calls=1).values,
        "generated call, the same as lists": lambda: generated(scaled),
        "embed, float32 arrays": lambda: client.embed(float32).values,
        "generated call, the same as lists ": lambda: generated(float32),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.runs):
        for name, way in ways.items():
            begin_s = time.perf_counter()
            values = way()
            times[name].append(time.perf_counter() - begin_s)
            if values.shape[0] != given.clips or not np.isfinite(values).all():
                raise SystemExit(f"{name}: not every clip has numbers")
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in medians.items():
        print(f"{name:36} {seconds:8.2f} s  {1000 * seconds / given.clips:8.2f} ms a clip")
    embed16, single16, list16, embed32, list32 = medians.values()
    print(f"embed is {list16 / embed16:.1f} times as fast with int16, {list16 / single16:.1f} with one call at a time,")
    print(f"{list32 / embed32:.1f} times with float32")


if __name__ == "__main__":
    main()
