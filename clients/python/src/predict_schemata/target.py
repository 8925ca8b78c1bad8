"""Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Limits:
    """What one call may hold."""

    max_instances: int
    max_body_bytes: int


def stated_limits(resource: Mapping[str, Any]) -> Limits | None:
    """Those in the labels of an endpoint's resource; Vertex AI's own carry none."""
    try:
        labels = resource["labels"]
        limits = Limits(int(labels["max_instances"]), int(labels["max_body_bytes"]))
    except (KeyError, TypeError, ValueError):
        return None
    return limits if limits.max_instances > 0 and limits.max_body_bytes > 0 else None


@dataclass(frozen=True)
class Target:
    """A base URL, and the limits to keep where the endpoint does not state its own."""

    base_url: str
    limits: Limits

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"Expected a base URL like http://127.0.0.1:8080, got {self.base_url!r}.")


#: A server of this project started without limits of its own takes 64 instances and 10 MB.
_SERVER = Limits(max_instances=64, max_body_bytes=10_000_000)
#: https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on dedicated ones.
_VERTEX_SHARED = Limits(max_instances=64, max_body_bytes=1_500_000)


def server_target(base_url: str = "http://127.0.0.1:8080") -> Target:
    """A server of your own, by default the one that `npm start` runs."""
    return Target(base_url.rstrip("/"), _SERVER)


def vertex_shared_target(location: str) -> Target:
    """A shared public endpoint of Vertex AI in a location, for example `us-central1`."""
    return Target(f"https://{location}-aiplatform.googleapis.com", _VERTEX_SHARED)


def vertex_dedicated_target(*, endpoint: str, location: str, project_number: str) -> Target:
    """A dedicated endpoint of Vertex AI, which has a host of its own."""
    return Target(f"https://{endpoint}.{location}-{project_number}.prediction.vertexai.goog", _SERVER)
