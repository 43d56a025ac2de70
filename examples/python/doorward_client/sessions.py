"""Protects endpoints of an ASGI application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from doorward_client.errors import DoorwardError

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Receive, Scope, Send

    from doorward_client.validator import Valid, Validator

_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who makes the present request."""

    token: str
    valid: Valid

    @staticmethod
    def of(connection: HTTPConnection) -> SignedIn:
        """Whoever has come through the middleware."""
        signed_in: SignedIn = connection.scope["doorward.signed_in"]
        return signed_in


@dataclass(frozen=True, slots=True)
class Refusals:
    """How to answer a request that has no good session."""

    no_token: ASGIApp  # it brings none
    no_session: ASGIApp  # its token is no good
    cannot_tell: ASGIApp  # that can't be told now


class SessionMiddleware:
    """Lets a request through only with the token of a good session."""

    def __init__(self, app: ASGIApp, validator: Validator, refusals: Refusals) -> None:
        self._app = app
        self._validator = validator
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = bearer(HTTPConnection(scope).headers)
        if token is None:
            return await self._refusals.no_token(scope, receive, send)
        try:
            valid = await self._validator.validate(token)
        except DoorwardError:
            return await self._refusals.cannot_tell(scope, receive, send)
        if valid is None:
            return await self._refusals.no_session(scope, receive, send)
        return await self._app({**scope, "doorward.signed_in": SignedIn(token, valid)}, receive, send)


def bearer(headers: Headers) -> str | None:
    """Read the token (RFC 6750, 2.1). The scheme is not case-sensitive (RFC 9110, 11.1)."""
    given = headers.getlist("authorization")
    if len(given) != 1 or not given[0].lower().startswith(_SCHEME):
        return None
    return given[0][len(_SCHEME) :].strip() or None
