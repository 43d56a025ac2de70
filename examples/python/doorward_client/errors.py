"""What Doorward says when it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

if TYPE_CHECKING:
    from collections.abc import Awaitable

_DOMAIN = "doorward.dev"

T = TypeVar("T")


class DoorwardError(Exception):
    """A call that has failed, with all that is said about it."""

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        reason: str | None = None,
        fields: tuple[str, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        """Take what a status and its details say.

        reason -- Doorward's, by its name in `ErrorReason` without `ERROR_REASON_`; None if it has not spoken at all
        fields -- which fields of the request were wrong
        retry_after -- in how many seconds the call may be made again; None if waiting does not help
        """
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.fields = fields
        self.retry_after = retry_after

    @property
    def is_unavailable(self) -> bool:
        """Whether it can't be told or done just now, which says nothing about what was asked."""
        return self.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)

    @staticmethod
    def of(error: grpc.aio.AioRpcError) -> DoorwardError:
        reason, fields, retry_after = None, [], None
        for detail in _details(error):
            info, wrong, retry = (
                error_details_pb2.ErrorInfo(),
                error_details_pb2.BadRequest(),
                error_details_pb2.RetryInfo(),
            )
            if detail.Unpack(info) and info.domain == _DOMAIN:
                reason = info.reason
            elif detail.Unpack(wrong):
                fields += [violation.field for violation in wrong.field_violations]
            elif detail.Unpack(retry):
                retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        return DoorwardError(error.code(), error.details() or "", reason, tuple(fields), retry_after)


async def typed(call: Awaitable[T]) -> T:
    """Await a call, and turn its failure into a `DoorwardError`."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        raise DoorwardError.of(error) from error


def _details(error: grpc.aio.AioRpcError) -> list:
    try:
        status = rpc_status.from_call(error)
    except ValueError:
        return []  # A proxy has replaced the status and left the details.
    return list(status.details) if status else []
