"""Owns the bare loop in Python: onnxruntime alone, as a check of the one in Node. Prints one line of JSON.

usage: bare_loop.py SECONDS
"""

import json
import sys
import time

import numpy as np

from hear_model import SAMPLE_COUNT, open_session

session = open_session()
clip = (0.3 * np.sin(0.05 * np.arange(SAMPLE_COUNT))).astype(np.float32)[None]
session.run(["embedding"], {"x": clip})
runs, cpu, end = 0, time.process_time(), time.perf_counter() + float(sys.argv[1])
while time.perf_counter() < end:
    session.run(["embedding"], {"x": clip})
    runs += 1
print(json.dumps({"cpuMicrosecondsPerClip": 1e6 * (time.process_time() - cpu) / runs}))
