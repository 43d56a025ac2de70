"""Tells whose a session token is: from memory that a feed of revocations keeps true, and by a call otherwise."""

from doorward_client.client import Client
from doorward_client.errors import DoorwardError, typed
from doorward_client.near_cache import NearCacheSettings
from doorward_client.sessions import Refusals, SessionMiddleware, SignedIn
from doorward_client.validator import Valid, Validator

__all__ = [
    "Client",
    "DoorwardError",
    "NearCacheSettings",
    "Refusals",
    "SessionMiddleware",
    "SignedIn",
    "Valid",
    "Validator",
    "typed",
]
