"""Tells whether session tokens are good."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
from doorward.v1.session_service_pb2 import CONSISTENCY_FRESH, ValidateSessionRequest

from doorward_client.errors import DoorwardError, typed

if TYPE_CHECKING:
    from doorward_client.client import Client
    from doorward_client.near_cache import NearCache

_MAX_TOKEN_LENGTH = 255
_MAX_OPEN_QUESTIONS = 10_000
_SECOND = 1_000_000_000
_SHORTEST_LEASE = 1 * _SECOND


@dataclass(frozen=True, slots=True)
class Valid:
    """A session that is good, without its token, and whose it is."""

    session: Any
    user: Any


@dataclass(slots=True)
class _Question:
    asked: int
    answer: asyncio.Task[Valid | None]


class Validator:
    """Answers from memory where it may be believed, and asks where not."""

    def __init__(self, client: Client, cache: NearCache[Valid]) -> None:
        self._client = client
        self._cache = cache
        self._open: dict[bytes, _Question] = {}

    async def validate(self, token: str) -> Valid | None:
        """Tell whether a token is good, and whose it is.

        None if there is no such session, or it has ended. Raises a DoorwardError if that can't be told now, which
        is another thing.
        """
        if not 0 < len(token) <= _MAX_TOKEN_LENGTH:
            return None
        key = self._cache.key(token)
        known = self._cache.get(key)
        if known is not None or self._cache.is_absent(key):
            return known
        # One who asks may be cancelled while others wait for the same answer.
        return await asyncio.shield(self._ask(key, token))

    def _ask(self, key: bytes, token: str) -> asyncio.Task[Valid | None]:
        # The answer to what was asked a lease ago may be older than a revocation that nobody may ignore any more.
        now = time.monotonic_ns()
        question = self._open.get(key)
        if question is not None and now - question.asked < min(self._cache.lease, _SHORTEST_LEASE):
            return question.answer
        if len(self._open) >= _MAX_OPEN_QUESTIONS:
            raise DoorwardError(grpc.StatusCode.UNAVAILABLE, "too many tokens are being validated")
        question = _Question(now, asyncio.create_task(self._call(key, token)))
        self._open[key] = question

        def ended(answer: asyncio.Task[Valid | None]) -> None:
            if self._open.get(key) is question:
                del self._open[key]
            if not answer.cancelled():
                answer.exception()  # Nobody may be waiting for it any more.

        question.answer.add_done_callback(ended)
        return question.answer

    async def _call(self, key: bytes, token: str) -> Valid | None:
        fill = self._cache.fill(key)
        request = ValidateSessionRequest(session_token=token, consistency=CONSISTENCY_FRESH)
        try:
            response = await typed(self._client.sessions.ValidateSession(request))
        except DoorwardError as error:
            if error.reason != "SESSION_NOT_FOUND":
                raise
            fill.absent()
            return None
        valid = Valid(response.session, response.user)
        fill.good(
            valid,
            response.user.id,
            response.session.id,
            response.as_of.lane,
            response.as_of.seq,
            response.expires_in.ToNanoseconds(),
        )
        return valid
