"""Asks Doorward whether a session token is good, and whose it is: python validate.py localhost:50051 KEY_FILE TOKEN"""

import pathlib
import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

sys.path.insert(0, str(pathlib.Path(__file__).parent / "gen"))

from doorward.v1 import session_service_pb2, session_service_pb2_grpc  # noqa: E402


def reason_of(error):
    """Why Doorward refused, or None if it has not spoken at all."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == "doorward.dev":
            return info.reason
    return None


def main(target, key_file, token):
    # Over an insecure channel to this machine alone: anybody in between could read the key.
    authorization = ("authorization", "Bearer " + pathlib.Path(key_file).read_text().strip())
    with grpc.insecure_channel(target) as channel:
        sessions = session_service_pb2_grpc.SessionServiceStub(channel)
        request = session_service_pb2.ValidateSessionRequest(session_token=token)
        try:
            answer = sessions.ValidateSession(request, timeout=5, metadata=[authorization])
        except grpc.RpcError as error:
            reason = reason_of(error)
            if reason is None:
                raise
            print(f"refused: {reason}")
            return 1
    print(f"good until {answer.session.expires.ToJsonString()}: {answer.user.email}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3]))
