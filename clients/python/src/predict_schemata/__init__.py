"""Sends sounds to prediction endpoints of predict-schemata, on a server of your own or on Vertex AI."""

from .answer import InstanceError, Outcome, SoundAnswer
from .errors import (
    AuthenticationError,
    CancelledError,
    ConnectionLostError,
    DeadlineError,
    InvalidAnswerError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    PredictError,
    RateLimitError,
    ServerError,
    UnavailableError,
)
from .generated.algorithms import ALGORITHMS, VERSION
from .generated.predict_client import PredictClient
from .retry import RetryPolicy
from .scope import Cancellation
from .settings import CallOptions, Settings
from .sound import CloudFile, Samples, Sound
from .target import Limits, Target, server_target, vertex_dedicated_target, vertex_shared_target
from .tokens import TokenProvider, gcloud_token
from .wav import encode_wav

__version__ = VERSION

__all__ = [
    "ALGORITHMS",
    "AuthenticationError",
    "CallOptions",
    "CancelledError",
    "Cancellation",
    "CloudFile",
    "ConnectionLostError",
    "DeadlineError",
    "InstanceError",
    "InvalidAnswerError",
    "InvalidRequestError",
    "Limits",
    "NotFoundError",
    "Outcome",
    "PermissionDeniedError",
    "PredictClient",
    "PredictError",
    "RateLimitError",
    "RetryPolicy",
    "Samples",
    "ServerError",
    "Settings",
    "Sound",
    "SoundAnswer",
    "Target",
    "TokenProvider",
    "UnavailableError",
    "VERSION",
    "encode_wav",
    "gcloud_token",
    "server_target",
    "vertex_dedicated_target",
    "vertex_shared_target",
]
