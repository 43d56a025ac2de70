"""The histories that the near cache of every language must agree with, and what they leave to each."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from doorward.v1 import revocation_feed_pb2

from doorward_client.feed import concerns
from doorward_client.near_cache import LANES, Fill, NearCache, NearCacheSettings, Position, Probe

FILE = json.loads((Path(__file__).parents[2] / "vectors" / "near-cache.json").read_text())
MILLISECOND = 1_000_000


class History:
    """One cache, and what has been begun with it."""

    def __init__(self) -> None:
        self.now = 0
        settings = FILE["settings"]
        self.cache: NearCache[str] = NearCache(
            NearCacheSettings(
                settings["lease"] * MILLISECOND,
                settings["entryLifetime"] * MILLISECOND,
                settings["absentLifetime"] * MILLISECOND,
                settings["maxEntries"],
            ),
            lambda: self.now,
        )
        self.probes: dict[str, Probe] = {}
        self.fills: dict[str, Fill[str]] = {}

    def play(self, step: dict[str, Any]) -> None:
        self.now = step["at"] * MILLISECOND
        match step:
            case {"reset": at}:
                self.cache.reset(position(at))
            case {"probe": name}:
                self.probes[name] = self.cache.probe()
            case {"answered": name, "head": head}:
                self.probes[name].answered(position(head))
            case {"fill": name, "token": token}:
                self.fills[name] = self.cache.fill(self.cache.key(token))
            case {"good": name, "kept": kept}:
                assert self.good(self.fills[name], step) == kept, step
            case {"absent": name}:
                self.fills[name].absent()
            case {"apply": revocation, "applied": applied}:
                assert self.apply(revocation) == applied, step
            case {"limitLease": longest}:
                self.cache.limit_lease(longest * MILLISECOND)
            case {"get": token, "is": wanted}:
                assert self.get(token) == (step.get("session") or wanted), step
            case _:
                raise AssertionError(step)

    def good(self, fill: Fill[str], step: dict[str, Any]) -> bool:
        expires_in = step["expiresIn"] * MILLISECOND
        return fill.good(step["session"], step["user"], step["session"], step["lane"], int(step["asOf"]), expires_in)

    def apply(self, revocation: dict[str, Any]) -> bool:
        kind = getattr(revocation_feed_pb2, f"REVOCATION_KIND_{revocation['kind']}", 99)
        message = SimpleNamespace(kind=kind, session_id=revocation["session"])
        return self.cache.apply(revocation["lane"], int(revocation["seq"]), revocation["user"], concerns(message))

    def get(self, token: str) -> str:
        key = self.cache.key(token)
        return self.cache.get(key) or ("absent" if self.cache.is_absent(key) else "miss")


def position(given: dict[str, Any]) -> Position:
    return Position(given["epoch"], tuple(int(given["seqs"].get(str(lane), 0)) for lane in range(LANES)))


@pytest.mark.parametrize("history", FILE["histories"], ids=lambda history: history["name"])
def test_history(history: dict[str, Any]) -> None:
    played = History()
    for step in history["steps"]:
        played.play(step)


def test_what_was_used_least_recently_leaves_a_full_cache() -> None:
    cache: NearCache[str] = NearCache(NearCacheSettings(max_entries=2), lambda: 0)
    start = Position("epoch", (0,) * LANES)
    cache.reset(start)
    cache.probe().answered(start)
    keys = {name: cache.key(name) for name in ("first", "second", "third")}
    for name in ("first", "second"):
        cache.fill(keys[name]).good(name, name, name, 0, 0, 10**12)

    assert cache.get(keys["first"]) == "first"
    cache.fill(keys["third"]).good("third", "third", "third", 0, 0, 10**12)

    assert [name for name in keys if cache.get(keys[name])] == ["first", "third"]
    assert len(cache) == 2


def test_absences_are_bounded_too() -> None:
    cache: NearCache[str] = NearCache(NearCacheSettings(max_entries=16), lambda: 0)
    start = Position("epoch", (0,) * LANES)
    cache.reset(start)
    cache.probe().answered(start)
    keys = [cache.key(str(number)) for number in range(5)]

    for key in keys:
        cache.fill(key).absent()

    assert sum(cache.is_absent(key) for key in keys) == 2
