"""Owns LitServe with its own hooks, a worker process for each core. Its batching is off: on a CPU a timer only adds waiting."""

import litserve

from hear_model import CORES, PORT, embed, open_session


class Hear(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.session = open_session()

    def decode_request(self, request: dict) -> list[dict]:
        return request["instances"]

    def predict(self, instances: list[dict]) -> list[dict]:
        return embed(self.session, instances)

    def encode_response(self, predictions: list[dict]) -> dict:
        return {"predictions": predictions}


if __name__ == "__main__":
    server = litserve.LitServer(
        Hear(api_path="/predict"), accelerator="cpu", devices=1, workers_per_device=CORES, timeout=60
    )
    server.run(host="127.0.0.1", port=PORT, log_level="warning", generate_client_file=False)
