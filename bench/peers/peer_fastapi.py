"""Owns FastAPI as its documentation has it: Pydantic models for body and answer, and a plain function, which runs in a thread."""

import os
from contextlib import asynccontextmanager

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from hear_model import CORES, PORT, embed, open_session

PROCESSES = int(os.environ["BENCH_PROCESSES"])


class Instance(BaseModel):
    input_bytes: str | None = None
    input_array: list[float] | None = None


class Call(BaseModel):
    instances: list[Instance]


class Prediction(BaseModel):
    embedding: list[float]


class Answer(BaseModel):
    predictions: list[Prediction]


@asynccontextmanager
async def lifespan(app: FastAPI):
    # As many computations at once as there are cores, over all processes.
    anyio.to_thread.current_default_thread_limiter().total_tokens = max(1, CORES // PROCESSES)
    app.state.session = open_session()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/predict")
def predict(call: Call) -> Answer:
    instances = [instance.model_dump(exclude_none=True) for instance in call.instances]
    return Answer(predictions=[Prediction(**prediction) for prediction in embed(app.state.session, instances)])


if __name__ == "__main__":
    uvicorn.run("peer_fastapi:app", host="127.0.0.1", port=PORT, workers=PROCESSES, log_level="warning", access_log=False)
