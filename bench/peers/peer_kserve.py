"""Owns KServe's model server: a model class behind its V1 protocol, whose bodies are the same, a process for each core."""

import kserve

from hear_model import CORES, PORT, embed, open_session


class Hear(kserve.Model):
    def __init__(self) -> None:
        super().__init__("hear")
        # Opened in each worker at its first call: the model travels to the workers, and a session cannot.
        self.session = None
        self.ready = True

    def predict(self, payload: dict, headers=None, response_headers=None) -> dict:
        if self.session is None:
            self.session = open_session()
        return {"predictions": embed(self.session, payload["instances"])}


if __name__ == "__main__":
    kserve.ModelServer(http_port=PORT, workers=CORES, enable_grpc=False).start([Hear()])
