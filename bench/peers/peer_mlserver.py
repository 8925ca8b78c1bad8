"""Owns MLServer's runtime class with a custom handler, which takes the same bodies as every other peer. An inference worker
process for each core; adaptive batching is off, since custom handlers do not pass through it."""

import asyncio

from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.handlers import custom_handler

from hear_model import CORES, PORT, embed, open_session


class Hear(MLModel):
    async def load(self) -> bool:
        self.session = open_session()
        return True

    @custom_handler(rest_path="/predict")
    async def predict_call(self, call: dict) -> dict:
        return {"predictions": embed(self.session, call["instances"])}


async def main() -> None:
    server = MLServer(
        Settings(
            host="127.0.0.1",
            http_port=PORT,
            grpc_port=PORT + 1,
            metrics_endpoint=None,
            parallel_workers=CORES,
            debug=False,
            use_structured_logging=False,
        )
    )
    await server.start([ModelSettings(name="hear", implementation=Hear)])


if __name__ == "__main__":
    asyncio.run(main())
