"""The client against a server that does as it is told."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from conftest import FakeServer, Reply, clip, embedding_of, failing, first_sample, status_body, wait_until

from predict_schemata import (
    ALGORITHMS,
    VERSION,
    AuthenticationError,
    Cancellation,
    CancelledError,
    CloudFile,
    ConnectionLostError,
    DeadlineError,
    InstanceError,
    InvalidAnswerError,
    NotFoundError,
    PredictClient,
    RateLimitError,
    ServerError,
    UnavailableError,
)
from predict_schemata.generated import hear


@pytest.fixture
def client(fake: FakeServer) -> PredictClient:
    return PredictClient(fake.url, token="a-token", initial_backoff_s=0.01, max_backoff_s=0.02)


def first_numbers(answer: object) -> list[float]:
    return [row[0] for row in answer]  # type: ignore[attr-defined]


def test_any_number_in_order_within_the_stated_limits(client: PredictClient, fake: FakeServer) -> None:
    answer = client.embed([clip(number) for number in range(30)], max_parallel_calls=3)
    assert first_numbers(answer) == list(range(30))
    assert sorted(len(one.instances) for one in fake.predictions) == [2, 4, 4, 4, 4, 4, 4, 4]
    assert fake.most_at_once <= 3
    assert (answer.model_display_name, answer.deployed_model_id) == ("A model", "model-1")
    # The limits are asked for once.
    client.embed([clip(1)])
    assert fake.descriptions == 1


def test_what_goes_over_the_wire(client: PredictClient, fake: FakeServer, tmp_path: Path) -> None:
    path = tmp_path / "ü.wav"
    path.write_bytes(b"x" * 46)
    fake.answer = lambda _: failing("INVALID_AUDIO")
    client.embed([path, CloudFile("gs://b/ü.wav", "t"), CloudFile('gs://b/"')])
    (one,) = fake.predictions
    assert one.path == "/v1/projects/demo/locations/us-central1/endpoints/hear:predict"
    assert one.headers["authorization"] == "Bearer a-token"
    assert one.headers["user-agent"] == f"predict-schemata-python/{VERSION}"
    assert one.headers["content-type"] == "application/json"
    assert one.instances == [
        {"input_bytes": "eHh4" * 15 + "eA=="},
        {"gcs_uri": "gs://b/ü.wav", "bearer_token": "t"},
        {"gcs_uri": 'gs://b/"'},
    ]


def test_side_by_side(client: PredictClient, fake: FakeServer) -> None:
    gate = threading.Event()
    fake.replies = [Reply(wait=gate) for _ in range(3)]
    done: list[object] = []
    thread = threading.Thread(
        target=lambda: done.append(client.embed([clip(n) for n in range(3)], max_instances=1, max_body_bytes=9999))
    )
    thread.start()
    wait_until(lambda: len(fake.predictions) == 3)
    gate.set()
    thread.join(30)
    assert first_numbers(done[0]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("description", "asked"),
    [
        (Reply(body={"name": "as Vertex AI has it"}), 1),
        (Reply(body={"labels": {"max_instances": "0", "max_body_bytes": "9"}}), 1),
        (Reply(body={"labels": {"max_instances": "9", "max_body_bytes": "many"}}), 1),
        (Reply(body=b"<html>"), 1),
        (Reply(403, status_body(403, "TOKEN_NOT_FOR_ENDPOINT")), 1),
        (Reply(405, status_body(405, "METHOD_NOT_ALLOWED")), 1),
        (Reply(404, status_body(404, "ROUTE_NOT_FOUND")), 1),
        # What may pass says nothing about limits.
        (Reply(401, status_body(401, "INVALID_TOKEN")), 3),
        (Reply(503, status_body(503, "STARTING")), 3),
        (Reply(body=b"{}", cut=True), 3),
    ],
)
def test_that_an_endpoint_states_no_limits_is_remembered(
    client: PredictClient, fake: FakeServer, description: Reply, asked: int
) -> None:
    fake.description = description
    for _ in range(3):
        assert len(client.embed([clip(1)] * 65)) == 65
    assert sorted(len(one.instances) for one in fake.predictions) == [1, 1, 1, 64, 64, 64]
    assert fake.descriptions == asked


def test_an_endpoint_that_is_not_there_may_come_to_be_with_limits(client: PredictClient, fake: FakeServer) -> None:
    missing = Reply(404, status_body(404, "ENDPOINT_NOT_FOUND"))
    present, fake.description, fake.replies = fake.description, missing, [missing]
    with pytest.raises(NotFoundError):
        client.embed([clip(1)])
    fake.description = present
    assert len(client.embed([clip(1)] * 5)) == 5
    assert sorted(len(one.instances) for one in fake.predictions) == [1, 1, 4]


def test_nothing_is_sent_when_one_is_no_sound(client: PredictClient, fake: FakeServer) -> None:
    with pytest.raises(TypeError, match="sound 1"):
        client.embed([clip(1), [1, 2]])  # type: ignore[list-item]
    assert len(client.embed([])) == 0
    assert fake.received == []


@pytest.mark.parametrize(
    ("replies", "calls"),
    [
        ([Reply(429, status_body(429, "QUEUE_FULL"), {"Retry-After": "0"})], 2),
        ([Reply(503, status_body(503, "STARTING")), Reply(504, b"<html>")], 3),
        ([Reply(cut=True)], 2),
    ],
)
def test_what_passes_is_sent_again(client: PredictClient, fake: FakeServer, replies: list[Reply], calls: int) -> None:
    fake.replies = replies
    assert first_numbers(client.embed([clip(5)])) == [5]
    assert len(fake.predictions) == calls


@pytest.mark.parametrize(
    ("reply", "family", "calls"),
    [
        (lambda: Reply(503, status_body(503, "DRAINING")), UnavailableError, 4),
        (lambda: Reply(cut=True), ConnectionLostError, 4),
        (lambda: Reply(500, status_body(500, "INTERNAL")), ServerError, 1),
        (lambda: Reply(body=b"<html>"), InvalidAnswerError, 1),
        (lambda: Reply(body={"predictions": []}), InvalidAnswerError, 1),
        (lambda: Reply(body={"predictions": [{"other": 1}]}), InvalidAnswerError, 1),
        (lambda: Reply(429, status_body(429, "QUEUE_FULL"), {"Retry-After": "3600"}), RateLimitError, 1),
    ],
)
def test_what_does_not_pass_is_an_error(client: PredictClient, fake: FakeServer, reply, family: type, calls: int) -> None:
    fake.replies = [reply() for _ in range(9)]
    with pytest.raises(family) as caught:
        client.embed([clip(5)])
    assert type(caught.value) is family
    assert len(fake.predictions) == calls


def test_the_first_failure_ends_all(client: PredictClient, fake: FakeServer) -> None:
    hanging = threading.Event()
    fake.replies = [Reply(wait=hanging), Reply(400, status_body(400, "INVALID_JSON"))]
    try:
        with pytest.raises(Exception, match="INVALID_JSON"):
            client.embed([clip(n) for n in range(40)], max_instances=1, max_body_bytes=9999, max_parallel_calls=2)
    finally:
        hanging.set()
    assert len(fake.predictions) == 2


def test_sounds_that_failed_in_passing_are_sent_again_alone(client: PredictClient, fake: FakeServer) -> None:
    seen: list[int] = []

    def answer(instance: dict) -> dict:
        number = first_sample(instance)
        seen.append(number)
        return failing("STORAGE_TIMEOUT") if number == 2 and seen.count(2) < 3 else embedding_of(instance)

    fake.answer = answer
    assert first_numbers(client.embed([clip(1), clip(2), clip(3)])) == [1, 2, 3]
    assert seen == [1, 2, 3, 2, 2]


def test_sounds_that_go_on_failing_keep_their_error(client: PredictClient, fake: FakeServer) -> None:
    fake.answer = lambda instance: failing("INTERNAL") if first_sample(instance) == 2 else embedding_of(instance)
    # A repeat that fails as a whole takes nothing away.
    fake.replies = [Reply(), Reply(500, status_body(500, "INTERNAL"))]
    answer = client.embed([clip(1), clip(2)], max_attempts=3)
    assert answer[1] == InstanceError("INTERNAL", "because of INTERNAL")
    assert len(fake.predictions) == 3
    fake.answer = lambda _: failing("INVALID_AUDIO")
    client.embed([clip(1)])
    assert len(fake.predictions) == 4


def test_one_that_no_call_can_take(client: PredictClient) -> None:
    answer = client.embed([clip(1), clip(2, 9000), clip(3)], max_body_bytes=1000)
    assert [getattr(outcome, "reason", "value") for outcome in answer] == ["value", "BODY_TOO_LARGE", "value"]


def test_the_deadline_ends_a_call_that_hangs(client: PredictClient, fake: FakeServer) -> None:
    hanging = threading.Event()
    fake.replies = [Reply(wait=hanging), Reply(wait=hanging)]
    try:
        for call in (lambda: client.embed([clip(1)], deadline_s=0.3), lambda: client.predict_hear([{}], deadline_s=0.3)):
            with pytest.raises(DeadlineError, match=r"0\.3 s") as caught:
                call()
            assert caught.value.status is None
    finally:
        hanging.set()


@pytest.mark.parametrize("call", [lambda client: client.embed([clip(1)]), lambda client: client.predict_hear([{}])])
def test_cancelling_a_call_that_hangs(fake: FakeServer, call) -> None:
    hanging, cancellation = threading.Event(), Cancellation()
    client = PredictClient(fake.url, cancellation=cancellation, deadline_s=None)
    fake.replies = [Reply(wait=hanging)]
    errors: list[BaseException] = []

    def run() -> None:
        try:
            call(client)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_until(lambda: len(fake.predictions) == 1)
        cancellation.cancel()
        thread.join(30)
        assert [type(error) for error in errors] == [CancelledError]
    finally:
        hanging.set()
    # One that was cancelled before sends nothing.
    with pytest.raises(CancelledError):
        call(client)
    assert len(fake.predictions) == 1


def test_an_interrupt_ends_a_call_that_hangs(client: PredictClient, fake: FakeServer) -> None:
    hanging = threading.Event()
    fake.replies = [Reply(wait=hanging)]

    def interrupt() -> None:
        wait_until(lambda: len(fake.predictions) == 1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            client.embed([clip(1)])
    finally:
        hanging.set()


def test_connections_are_kept(client: PredictClient, fake: FakeServer) -> None:
    import urllib3.connection as connections

    made: list[int] = []
    connect = connections.HTTPConnection.connect

    def counted(self: connections.HTTPConnection) -> None:
        made.append(1)
        connect(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections.HTTPConnection, "connect", counted)
        for _ in range(5):
            client.embed([clip(1)])
    assert len(made) == 1


def test_a_token_that_was_refused_is_replaced_once(fake: FakeServer) -> None:
    asked: list[str | None] = []

    def provide(refused: str | None) -> str:
        asked.append(refused)
        return "old" if refused is None else "new"

    client = PredictClient(fake.url, token=provide, max_instances=1, max_body_bytes=9999)
    fake.replies = [Reply(401, status_body(401, "INVALID_TOKEN"))]
    assert first_numbers(client.embed([clip(5)])) == [5]
    assert asked == [None, "old"]
    assert [one.headers["authorization"] for one in fake.predictions] == ["Bearer old", "Bearer new"]
    fake.replies = [Reply(401, status_body(401, "INVALID_TOKEN")) for _ in range(2)]
    with pytest.raises(AuthenticationError) as caught:
        client.embed([clip(5)])
    assert (caught.value.reason, caught.value.request_id) == ("INVALID_TOKEN", "from-header")


def test_models_of_the_generated_core_go_both_ways(server: str, token: str) -> None:
    noise = [0.25] * 32_000
    with PredictClient(server, token=token) as client:
        answer = client.predict_hear(
            [
                hear.HearInstance(hear.HearInputArray(input_array=noise)),
                {"input_array": noise[:5]},
            ]
        )
    good, bad = (prediction.actual_instance for prediction in answer.predictions)
    assert isinstance(good, hear.HearEmbedding) and len(good.embedding) == 512
    assert isinstance(bad, hear.FailedPrediction) and bad.error.reason == hear.InstanceErrorReason.INVALID_LENGTH
    with PredictClient(server, token=token) as client:
        same = client.embed([clip(8192, 32_000)])
    assert same.values[0].tolist() == pytest.approx(good.embedding, abs=1e-5)


def test_each_algorithm_has_results_of_its_own(mock: str, token: str) -> None:
    with PredictClient(mock, token=token) as client:
        for name, facts in ALGORITHMS.items():
            answer = client.predict_sounds(name, [clip(100, facts.sample_count)])
            assert answer.errors == {}
            assert answer.names == facts.result_names
            assert answer.names == () or answer.values.shape == (1, len(answer.names))


def test_mistakes_of_the_caller(client: PredictClient) -> None:
    with pytest.raises(ValueError, match="Expected one of hear"):
        client.predict_sounds("heer", [])
    with pytest.raises(TypeError, match="deadline_ms"):
        client.embed([], deadline_ms=5)  # type: ignore[call-arg]
    for options in ({"max_attempts": 0}, {"max_parallel_calls": 1.5}, {"deadline_s": -1.0}, {"deadline_s": float("nan")}):
        with pytest.raises(ValueError, match="Expected"):
            client.embed([], **options)  # type: ignore[arg-type]
