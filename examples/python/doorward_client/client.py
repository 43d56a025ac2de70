"""The connection to Doorward."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import grpc
from doorward.v1.password_service_pb2_grpc import PasswordServiceStub
from doorward.v1.session_service_pb2_grpc import SessionServiceStub

from doorward_client.feed import FeedFollower
from doorward_client.near_cache import NearCache, NearCacheSettings
from doorward_client.validator import Valid, Validator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+")
_DEADLINE_SECONDS = 5.0
_KEY_SECONDS = 1.0
_CLOSING_SECONDS = 5.0

_RETRY = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "1s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}

# What may be done twice: it reads, or its request_id says that it is the same request.
_REPEATABLE = {
    "doorward.v1.SessionService": ["ValidateSession", "BatchValidateSessions", "GetFeedHead"],
    "doorward.v1.PasswordService": ["SignUp", "SignIn"],
}

_OPTIONS = [
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # A server that was away for long is tried again soon.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    (
        "grpc.service_config",
        json.dumps(
            {
                "loadBalancingConfig": [{"round_robin": {}}],
                "methodConfig": [
                    {
                        "name": [{"service": service, "method": method} for method in methods],
                        "retryPolicy": _RETRY,
                    }
                    for service, methods in _REPEATABLE.items()
                ],
            }
        ),
    ),
]


def is_loopback(target: str) -> bool:
    """Whether a target is this very machine. A name is not resolved for that: it may mean another machine tomorrow."""
    return _LOOPBACK.fullmatch(target) is not None


class Client:
    """One for a process: an asynchronous context manager, within which the calls are made.

    Over TLS, unless the target is this very machine. Every call but a stream ends within 5 seconds, all attempts
    together.
    """

    def __init__(self, target: str, key_file: str | Path, near_cache: NearCacheSettings | None = None) -> None:
        """Take the target, as `host:port`, and the file with the caller's key, which may be replaced at any time."""
        self._target = target
        self._key = _Key(Path(key_file))
        self._channel: grpc.aio.Channel | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self.cache: NearCache[Valid] = NearCache(near_cache)
        self.validator = Validator(self, self.cache)
        self._follower = FeedFollower(self, self.cache)

    async def __aenter__(self) -> Self:
        self._channel = self._open()
        self._follower.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._follower.stop()
        await asyncio.gather(*self._closing)
        await self.channel.close(_CLOSING_SECONDS)

    @property
    def channel(self) -> grpc.aio.Channel:
        if self._channel is None:
            raise RuntimeError("the client is not open (expected: async with Client(...))")
        return self._channel

    @property
    def sessions(self) -> Any:
        return SessionServiceStub(self.channel)

    @property
    def passwords(self) -> Any:
        return PasswordServiceStub(self.channel)

    def reconnect(self) -> None:
        """Leave a connection that says nothing any more to those who wait for it, and make another one."""
        closing = asyncio.create_task(self.channel.close(_CLOSING_SECONDS))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        self._channel = self._open()

    def _open(self) -> grpc.aio.Channel:
        interceptors: list[grpc.aio.ClientInterceptor] = [_UnaryCalls(self._key), _Streams(self._key)]
        if is_loopback(self._target):
            return grpc.aio.insecure_channel(self._target, _OPTIONS, interceptors=interceptors)
        return grpc.aio.secure_channel(
            self._target, grpc.ssl_channel_credentials(), _OPTIONS, interceptors=interceptors
        )


class _Key:
    """The key in a file, read anew when a second has passed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = 0.0
        self._header = ("authorization", "")

    def header(self) -> tuple[str, str]:
        now = time.monotonic()
        if now - self._read_at >= _KEY_SECONDS:
            self._header = ("authorization", "Bearer " + self._file.read_text(encoding="ascii").strip())
            self._read_at = now
        return self._header


class _UnaryCalls(grpc.aio.UnaryUnaryClientInterceptor):
    """Gives each call the key and a deadline."""

    def __init__(self, key: _Key) -> None:
        self._key = key

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        timeout = min(details.timeout or _DEADLINE_SECONDS, _DEADLINE_SECONDS)
        return await continuation(_with_key(details, self._key)._replace(timeout=timeout), request)


class _Streams(grpc.aio.UnaryStreamClientInterceptor):
    """Gives each stream the key."""

    def __init__(self, key: _Key) -> None:
        self._key = key

    async def intercept_unary_stream(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        return await continuation(_with_key(details, self._key), request)


def _with_key(details: grpc.aio.ClientCallDetails, key: _Key) -> Any:
    metadata = grpc.aio.Metadata(*(details.metadata or ()), key.header())
    return details._replace(metadata=metadata)
