"""Owns flask behind gunicorn's synchronous workers, one process for each core, which is how upstream's container runs it."""

from flask import Flask, request
from gunicorn.app.base import BaseApplication

from hear_model import CORES, PORT, embed, open_session

app = Flask(__name__)
session = None


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
def predict():
    return {"predictions": embed(session, request.get_json()["instances"])}


def load(_server, _worker) -> None:
    """In each worker after its fork: threads of onnxruntime do not survive one."""
    global session
    session = open_session()


class Gunicorn(BaseApplication):
    def load_config(self) -> None:
        for key, value in {
            "bind": f"127.0.0.1:{PORT}",
            "workers": CORES,
            "backlog": 2048,
            "loglevel": "warning",
        }.items():
            self.cfg.set(key, value)
        self.cfg.set("post_fork", load)

    def load(self) -> Flask:
        return app


if __name__ == "__main__":
    Gunicorn().run()
