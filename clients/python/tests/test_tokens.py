"""Who asks a token provider, and who takes the answer of another's question."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from predict_schemata import CancelledError
from predict_schemata.scope import Cancellation, Scope
from predict_schemata.tokens import TokenGate


class WatchedScope(Scope):
    """Tells when its call stands in line."""

    def __init__(self, cancellation: Cancellation | None = None) -> None:
        super().__init__(60.0, cancellation)
        self.waits = threading.Event()

    def wait_for(self, future: Future[Any]) -> None:
        self.waits.set()
        super().wait_for(future)


class Provider:
    """One whose questions wait to be answered; an empty answer is a failure."""

    def __init__(self) -> None:
        self.questions: queue.Queue[str | None] = queue.Queue()
        self.answers: queue.Queue[str] = queue.Queue()

    def __call__(self, refused: str | None) -> str:
        self.questions.put(refused)
        answer = self.answers.get(timeout=60)
        if not answer:
            raise LookupError("failed")
        return answer


def begun(gate: TokenGate, refused: str | None, scope: Scope) -> Future[str]:
    outcome: Future[str] = Future()

    def ask() -> None:
        try:
            outcome.set_result(gate.token(refused, scope))
        except Exception as error:
            outcome.set_result(str(error))

    threading.Thread(target=ask, daemon=True).start()
    return outcome


@pytest.mark.parametrize(
    ("first", "second", "answers", "want", "asked"),
    [
        (None, None, ["A"], ["A", "A"], [None]),
        ("A", "A", ["B"], ["B", "B"], ["A"]),
        # The answer is no use to one that was refused with it, but to one that comes anew.
        (None, "A", ["A", "B"], ["A", "B"], [None, "A"]),
        ("A", None, ["B"], ["B", "B"], ["A"]),
        (None, None, ["", "B"], ["failed", "B"], [None, None]),
    ],
)
def test_one_asks_and_those_that_wait_take_its_answer(
    first: str | None, second: str | None, answers: list[str], want: list[str], asked: list[str | None]
) -> None:
    provider = Provider()
    gate = TokenGate(provider)
    questions = []
    with WatchedScope() as scope:
        outcomes = [begun(gate, first, scope)]
        questions.append(provider.questions.get(timeout=60))
        outcomes.append(begun(gate, second, scope))
        assert scope.waits.wait(60)
        provider.answers.put(answers[0])
        for answer in answers[1:]:
            questions.append(provider.questions.get(timeout=60))
            provider.answers.put(answer)
        assert [outcome.result(60) for outcome in outcomes] == want
    assert (questions, provider.questions.empty()) == (asked, True)


def test_a_later_call_asks_anew() -> None:
    provider = Provider()
    gate = TokenGate(provider)
    with Scope(60.0) as scope:
        for token in ("A", "B"):
            provider.answers.put(token)
            assert gate.token(None, scope) == token


def test_who_waits_leaves_with_its_call() -> None:
    provider = Provider()
    gate = TokenGate(provider)
    cancellation = Cancellation()
    with Scope(60.0) as scope, WatchedScope(cancellation) as leaving:
        first = begun(gate, None, scope)
        provider.questions.get(timeout=60)
        threading.Thread(target=lambda: (leaving.waits.wait(60), cancellation.cancel())).start()
        with pytest.raises(CancelledError):
            gate.token(None, leaving)
        provider.answers.put("A")
        assert first.result(60) == "A"
