"""Owns BentoML: a service class with one API, a worker process for each core."""

import bentoml

from hear_model import CORES, embed, open_session


@bentoml.service(workers=CORES, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Hear:
    def __init__(self) -> None:
        self.session = open_session()

    @bentoml.api(route="/predict")
    def predict(self, instances: list[dict]) -> dict:
        return {"predictions": embed(self.session, instances)}
