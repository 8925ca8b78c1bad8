"""Calls the server with Triton's own HTTP client, unmodified, and prints what the client made of the answers as one JSON object.

Arguments: HOST:PORT TOKEN
"""

import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

host, token = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"}
client = triton.InferenceServerClient(host)


def rows(count):
    """Rows that differ from each other: tones."""
    seconds = np.arange(32000) / 16000
    return np.stack([0.5 * np.sin(2 * np.pi * 300 * (row + 1) * seconds) for row in range(count)]).astype(np.float32)


def infer(data, binary_in, binary_out, **more):
    """The client writes into the headers that it is given."""
    tensor = triton.InferInput("x", list(data.shape), "FP32")
    tensor.set_data_from_numpy(data, binary_data=binary_in)
    outputs = None if binary_out is None else [triton.InferRequestedOutput("embedding", binary_data=binary_out)]
    return client.infer("hear", [tensor], outputs=outputs, headers=dict(headers), **more)


def error_of(call):
    try:
        call()
    except InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}
    return None


data = rows(3)
reference = infer(data, True, True).as_numpy("embedding")
forms = [(True, True), (True, False), (False, True), (False, False), (True, None)]
answers = [infer(data, *form).as_numpy("embedding") for form in forms]
compressed = infer(data, True, True, request_compression_algorithm="gzip").as_numpy("embedding")
alone = np.concatenate([infer(data[row : row + 1], True, True).as_numpy("embedding") for row in range(3)])
named = infer(data, True, True, request_id="call 7", model_version="1", priority=1, timeout=5_000_000)
bad = rows(1)
bad[0, 17] = np.nan

print(
    json.dumps(
        {
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "model_ready": [client.is_model_ready(name, headers=headers) for name in ("hear", "other")],
            "server": client.get_server_metadata(headers=headers),
            "model": client.get_model_metadata("hear", headers=headers),
            "shape": list(reference.shape),
            "dtype": str(reference.dtype),
            "forms_agree": [bool(np.array_equal(reference, answer)) for answer in [*answers, compressed, alone]],
            "rows_differ": len({row.tobytes() for row in reference}),
            "id": named.get_response()["id"],
            "development": named.get_response()["parameters"]["development"],
            "errors": {
                "shape": error_of(lambda: infer(np.zeros((1, 5), np.float32), True, True)),
                "not finite": error_of(lambda: infer(bad, True, True)),
                "too many": error_of(lambda: infer(np.zeros((65, 32000), np.float32), True, True)),
                "model": error_of(lambda: client.get_model_metadata("other", headers=headers)),
                "token": error_of(lambda: client.get_model_metadata("hear")),
                "unknown": error_of(lambda: client.get_model_repository_index(headers=headers)),
            },
        }
    )
)
