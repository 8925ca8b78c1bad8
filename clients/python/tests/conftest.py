"""Owns what tests share: a server that answers as it is told, on a free port of its own, and sounds to send."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from predict_schemata import encode_wav


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", required=True, help="base URL of a server of this project")
    parser.addoption("--mock", required=True, help="base URL of the mock")
    parser.addoption("--token", required=True, help="a bearer token of it")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--server")


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--mock")


@pytest.fixture
def token(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--token")


@dataclass
class Reply:
    """One answer; `wait` is waited for before it is sent, `cut` leaves out the end of its body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None
    cut: bool = False


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def instances(self) -> list[dict[str, Any]]:
        return json.loads(self.body)["instances"]


def clip(number: int, samples: int = 8) -> np.ndarray:
    """A sound that names itself by its first sample."""
    return np.array([number] * samples, dtype=np.int16)


def first_sample(instance: dict[str, Any]) -> int:
    """0 for an instance without a file."""
    if "input_bytes" not in instance:
        return 0
    return int(np.frombuffer(base64.b64decode(instance["input_bytes"])[44:46], "<i2")[0])


def embedding_of(instance: dict[str, Any]) -> dict[str, Any]:
    return {"embedding": [float(first_sample(instance)), 0.1, 0.2]}


def failing(reason: str) -> dict[str, Any]:
    return {"error": {"reason": reason, "description": f"because of {reason}"}}


def status_body(status: int, reason: str) -> dict[str, Any]:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": {"requestId": "from-body"}}
    return {"error": {"code": status, "message": f"because of {reason}", "status": "X", "details": [info]}}


class FakeServer:
    """Answers predictions by `answer`, or by the replies that are queued, and describes its endpoint by `description`."""

    def __init__(self) -> None:
        #: The endpoint's resource.
        self.description = Reply(body={"name": "x", "labels": {"max_instances": "4", "max_body_bytes": "10000000"}})
        self.answer: Callable[[dict[str, Any]], dict[str, Any]] = embedding_of
        self.model_id = "model-1"
        self.replies: list[Reply] = []
        self.received: list[Received] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                fake._handle(self)

            do_POST = do_GET

            def log_message(self, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def predictions(self) -> list[Received]:
        return [one for one in self.received if one.method == "POST"]

    @property
    def descriptions(self) -> int:
        return len(self.received) - len(self.predictions)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        one = Received(handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()}, body)
        with self._lock:
            self.received.append(one)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            reply = self.description if one.method == "GET" else self._predict(one)
            if reply.wait is not None:
                reply.wait.wait(60)
        finally:
            with self._lock:
                self._at_once -= 1
        sent = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        # The client may have gone.
        with suppress(OSError):
            handler.send_response(reply.status)
            for name, value in {"X-Request-Id": "from-header", **reply.headers, "Content-Length": str(len(sent))}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(sent[: len(sent) // 2] if reply.cut else sent)
        if reply.cut:
            handler.close_connection = True

    def _predict(self, one: Received) -> Reply:
        with self._lock:
            reply = self.replies.pop(0) if self.replies else Reply()
        if reply.body is None:
            reply.body = {
                "predictions": [self.answer(instance) for instance in one.instances],
                "modelDisplayName": "A model",
                "deployedModelId": self.model_id,
            }
        return reply


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    server = FakeServer()
    yield server
    server.close()


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with five clips, one of them in a folder of its own."""
    folder = tmp_path / "clips"
    (folder / "deeper").mkdir(parents=True)
    for number, name in enumerate(["a.wav", "b.WAV", "c.wave", "deeper/d.wav", "ü é.wav"], 1):
        (folder / name).write_bytes(encode_wav(clip(number), 16_000))
    (folder / "notes.txt").write_text("no sound")
    return folder


def wait_until(condition: Callable[[], bool], limit_s: float = 30.0) -> None:
    ends_at_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends_at_s, "what was waited for did not come"
        time.sleep(0.005)
