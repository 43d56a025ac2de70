"""Keeps a near cache true."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING, Any

import grpc
from doorward.v1.revocation_feed_pb2 import (
    REVOCATION_KIND_SESSION_CHANGED,
    REVOCATION_KIND_SESSION_REVOKED,
    REVOCATION_KIND_USER_SESSIONS_REVOKED,
    FeedPosition,
    GetFeedHeadRequest,
    WatchRevocationsRequest,
)

from doorward_client.near_cache import LANES, NearCache, Position

if TYPE_CHECKING:
    from collections.abc import Callable

    from doorward_client.client import Client

_SECOND = 1_000_000_000
_FIRST_PAUSE_SECONDS = 0.05
_MOST_DOUBLINGS = 5
_HEARTBEATS_MISSED = 3
_LONGEST_WAIT_FOR_HELLO_SECONDS = 6.0
_SHORTEST_LEASE = 1 * _SECOND
_LONGEST_LEASE = 365 * 86_400 * _SECOND


class _HoleError(Exception):
    """The stream says what can't be, or leaves something out: what is known by now may be wrong."""


class FeedFollower:
    """Applies the stream of revocations, begins another where one ends, and asks for the head three times a lease."""

    def __init__(self, client: Client, cache: NearCache[Any]) -> None:
        self._client = client
        self._cache = cache
        self._tasks: list[asyncio.Task[None]] = []
        self._known = False
        self._failures = 0
        self._probe_now = asyncio.Event()
        self._probes: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._watch_always()), asyncio.create_task(self._probe_always())]

    async def stop(self) -> None:
        tasks = [*self._tasks, *self._probes]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch_always(self) -> None:
        while True:
            try:
                await self._watch()
            except _HoleError:
                self._cache.reset(self._cache.position)
                self._known = False
            except TimeoutError:
                self._client.reconnect()
            except (grpc.aio.AioRpcError, OSError):
                pass  # Another stream goes on where this one has ended; without one, the lease runs out.
            pause = _FIRST_PAUSE_SECONDS * 2 ** min(self._failures, _MOST_DOUBLINGS)
            self._failures += 1
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311

    async def _watch(self) -> None:
        """Follow one stream, from its beginning to its end; TimeoutError if it falls silent."""
        request = WatchRevocationsRequest()
        if self._known:
            position = self._cache.position
            request.position.CopyFrom(FeedPosition(epoch=position.epoch, seqs=position.seqs))
        stream = self._client.sessions.WatchRevocations(request)
        silence = _LONGEST_WAIT_FOR_HELLO_SECONDS
        try:
            while True:
                message = await asyncio.wait_for(stream.read(), silence)
                if message is grpc.aio.EOF:
                    return
                silence = self._take(message, silence)
        finally:
            stream.cancel()

    def _take(self, message: Any, silence: float) -> float:
        """Take one message; gives for how long the stream may be silent from now on."""
        match message.WhichOneof("message"):
            case "hello":
                self._begin(message.hello)
                return _HEARTBEATS_MISSED * message.hello.heartbeat_interval.ToTimedelta().total_seconds()
            case "batch":
                for revocation in message.batch.revocations:
                    self._apply(revocation)
            case "reset":
                self._reset(_position(message.reset.position))
        return silence

    def _begin(self, hello: Any) -> None:
        lease = hello.lease.ToNanoseconds()
        if not _SHORTEST_LEASE <= lease <= _LONGEST_LEASE or hello.heartbeat_interval.ToNanoseconds() <= 0:
            raise _HoleError
        position = _position(hello.position)
        self._cache.limit_lease(lease)
        if position != self._cache.position:
            self._cache.reset(position)
        self._known = True
        self._failures = 0
        self._probe_now.set()  # Whose answer is the first that counts, or counts again.

    def _reset(self, position: Position) -> None:
        self._cache.reset(position)
        self._probe_now.set()

    def _apply(self, revocation: Any) -> None:
        if not 0 <= revocation.lane < LANES:
            raise _HoleError
        if not self._cache.apply(revocation.lane, revocation.seq, revocation.user_id, concerns(revocation)):
            raise _HoleError

    async def _probe_always(self) -> None:
        while True:
            self._probe_now.clear()
            probe = asyncio.create_task(self._probe())
            self._probes.add(probe)
            probe.add_done_callback(self._probes.discard)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._probe_now.wait(), self._cache.lease / _SECOND / 3)

    async def _probe(self) -> None:
        """The time that the lease counts from is the one before the question."""
        probe = self._cache.probe()
        with contextlib.suppress(grpc.aio.AioRpcError, OSError, _HoleError):  # The lease runs out by itself.
            answer = await self._client.sessions.GetFeedHead(GetFeedHeadRequest(), timeout=self._cache.lease / _SECOND)
            probe.answered(_position(answer.head))


def concerns(revocation: Any) -> Callable[[str], bool]:
    """Which of a user's sessions, by their ids, a revocation is about."""
    session_id = revocation.session_id
    match revocation.kind:
        case k if k in (REVOCATION_KIND_SESSION_REVOKED, REVOCATION_KIND_SESSION_CHANGED):
            return lambda session: bool(session == session_id)
        case k if k == REVOCATION_KIND_USER_SESSIONS_REVOKED and session_id:
            return lambda session: bool(session != session_id)
    return lambda _: True


def _position(position: FeedPosition) -> Position:
    if len(position.seqs) != LANES:
        raise _HoleError
    return Position(position.epoch, tuple(position.seqs))
