"""Owns HTTP: connections that are kept, and one exchange that ends with its scope. Must not know what is sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from .errors import ConnectionLostError
from .scope import Scope

#: An address that swallows packets is given up after this, so that a repeat may reach another.
_CONNECT_LIMIT_S = 10.0


@dataclass(frozen=True)
class HttpAnswer:
    """An answer as it came; the names of its headers in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Exchange(threading.local):
    """What the connections of this thread are used for."""

    scope: Scope | None = None
    held: socket.socket | None = None


_exchange = _Exchange()


def _hold(found: Any) -> None:
    if _exchange.scope is not None and found is not None:
        _exchange.held = found
        _exchange.scope.hold(found)


class _HeldConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _hold(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        # A connection that was kept is not connected again.
        _hold(self.sock)
        super().request(*args, **kwargs)


class _HeldTlsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _hold(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _hold(self.sock)
        super().request(*args, **kwargs)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HeldConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HeldTlsConnection


class Transport:
    """Exchanges with one server. Safe to share between threads."""

    def __init__(self, base_url: str, *, connections: int, ssl_context: ssl.SSLContext | None = None) -> None:
        self._base_url = base_url
        settings: dict[str, Any] = {"maxsize": connections, "block": False}
        if ssl_context is not None:
            settings["ssl_context"] = ssl_context
        parts = urlsplit(base_url)
        proxy = getproxies().get(parts.scheme)
        if proxy is None or proxy_bypass(parts.netloc):
            self._pools = urllib3.PoolManager(**settings)
        else:
            self._pools = urllib3.ProxyManager(proxy, **settings)
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, scope: Scope) -> HttpAnswer:
        """
        Raises:
            ConnectionLostError: when no whole answer came
            PredictError: when the scope is over
        """
        scope.raise_if_over()
        left_s = scope.left_s()
        connect_s = _CONNECT_LIMIT_S if left_s is None else min(left_s, _CONNECT_LIMIT_S)
        _exchange.scope = scope
        try:
            answer = self._pools.request(
                method,
                self._base_url + path,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                # A timeout of 0 is none; the scope ends what takes longer than is left.
                timeout=urllib3.Timeout(connect=connect_s or None, read=left_s or None),
            )
            return HttpAnswer(answer.status, answer.headers, answer.data)
        except (urllib3.exceptions.HTTPError, OSError) as cause:
            scope.raise_if_over(cause)
            raise ConnectionLostError("No whole answer came from the server. Check that it runs and can be reached.") from cause
        finally:
            if _exchange.held is not None:
                scope.release(_exchange.held)
            _exchange.scope = _exchange.held = None

    def close(self) -> None:
        self._pools.clear()
