"""Answers about session tokens, kept in memory for as long as they may be believed."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

LANES = 16

_SECOND = 1_000_000_000
_MAX_WAITING_PROBES = 8

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class NearCacheSettings:
    """How a near cache is set up. Times are in nanoseconds."""

    lease: int = 3 * _SECOND
    entry_lifetime: int = 60 * _SECOND
    absent_lifetime: int = 1 * _SECOND
    max_entries: int = 100_000


@dataclass(frozen=True, slots=True)
class Position:
    """How far the feed has come: the last number of each lane, in one history of the database."""

    epoch: str
    seqs: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.seqs) != LANES:
            raise ValueError(f"seqs: {len(self.seqs)} (expected: {LANES})")


@dataclass(slots=True)
class _Entry(Generic[V]):
    user_id: str
    session_id: str
    answer: V
    end: int


class NearCache(Generic[V]):
    """Accepts no session a lease after its revocation was acknowledged.

    The rules, and why they suffice, are those of `revocation_feed.proto`. It belongs to one event loop, whose turns
    nothing interrupts, and so needs no lock.
    """

    def __init__(self, settings: NearCacheSettings | None = None, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._settings = settings or NearCacheSettings()
        self._clock = clock
        self._lease = self._settings.lease
        self._believed_until = clock()
        self._answered: deque[tuple[int, Position]] = deque()
        self._epoch = ""
        self._seqs = [0] * LANES
        self._generation = 0
        self._applied = 0
        self._entries: OrderedDict[bytes, _Entry[V]] = OrderedDict()
        self._by_user: dict[str, set[bytes]] = {}
        self._absences: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    @staticmethod
    def key(token: str) -> bytes:
        """What stands for a token here, so that no token is kept."""
        return sha256(token.encode()).digest()

    def get(self, key: bytes) -> V | None:
        """What is known about a token; None if that is nothing, or may not be believed."""
        entry = self._entries.get(key)
        now = self._clock()
        if entry is not None and now < self._believed_until and now < entry.end:
            self.hits += 1
            self._entries.move_to_end(key)
            return entry.answer
        self.misses += 1
        return None

    def is_absent(self, key: bytes) -> bool:
        """Tell whether a token was no good a moment ago, and nothing has happened since. To be asked after `get`."""
        applied, end = self._absences.get(key, (-1, 0))
        now = self._clock()
        if applied != self._applied or now >= self._believed_until or now >= end:
            return False
        self.hits += 1
        self.misses -= 1  # As which it was counted when the entry was not found.
        return True

    def fill(self, key: bytes) -> Fill[V]:
        """Begin to fill in an answer: before it is asked for."""
        return Fill(self, key)

    def probe(self) -> Probe:
        """Begin to ask how far the feed is: before it is asked."""
        return Probe(self)

    def apply(self, lane: int, seq: int, user_id: str, concerns: Callable[[str], bool]) -> bool:
        """Apply the next revocation of a lane, to the user's sessions whose ids it concerns.

        False if a number is missing before it: nothing was applied then, and a `reset` is due.
        """
        if seq > self._seqs[lane] + 1:
            return False
        for key in [key for key in self._by_user.get(user_id, ()) if concerns(self._entries[key].session_id)]:
            self._remove(key)
        self._applied += 1
        if seq > self._seqs[lane]:
            self._seqs[lane] = seq
            self._renew()
        return True

    def reset(self, position: Position) -> None:
        """Forget everything, and go on from a position in the feed."""
        self._believed_until = self._clock()
        self._answered.clear()
        self._generation += 1
        self._applied += 1
        self._entries.clear()
        self._by_user.clear()
        self._absences.clear()
        self._epoch = position.epoch
        self._seqs = list(position.seqs)

    def limit_lease(self, longest: int) -> None:
        """Take no longer leases than this from now on, in nanoseconds."""
        self._lease = min(self._lease, longest)

    @property
    def lease(self) -> int:
        """How long a lease lasts, in nanoseconds."""
        return self._lease

    @property
    def position(self) -> Position:
        return Position(self._epoch, tuple(self._seqs))

    @property
    def believed(self) -> bool:
        return self._clock() < self._believed_until

    def __len__(self) -> int:
        return len(self._entries)

    def _renew(self) -> None:
        """Take the leases whose heads the feed has reached, in the order of their answers."""
        while self._answered and all(
            here >= there for here, there in zip(self._seqs, self._answered[0][1].seqs, strict=True)
        ):
            asked, _ = self._answered.popleft()
            self._believed_until = max(self._believed_until, asked + self._lease)

    def _put(self, key: bytes, entry: _Entry[V]) -> None:
        self._remove(key)
        self._entries[key] = entry
        self._by_user.setdefault(entry.user_id, set()).add(key)
        while len(self._entries) > self._settings.max_entries:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        keys = self._by_user[entry.user_id]
        keys.discard(key)
        if not keys:
            del self._by_user[entry.user_id]


class Fill(Generic[V]):
    """An answer that is being asked for."""

    def __init__(self, cache: NearCache[V], key: bytes) -> None:
        self._cache = cache
        self._key = key
        self._asked = cache._clock()
        self._generation = cache._generation
        self._applied = cache._applied

    def good(self, answer: V, user_id: str, session_id: str, lane: int, as_of: int, expires_in: int) -> bool:
        """Keep the answer, unless a revocation has overtaken it; whether it was kept."""
        cache = self._cache
        if cache._generation != self._generation or cache._seqs[lane] > as_of:
            return False
        end = self._asked + min(expires_in, cache._settings.entry_lifetime)
        cache._put(self._key, _Entry(user_id, session_id, answer, end))
        return True

    def absent(self) -> None:
        """Keep for a moment that the token is no good."""
        cache = self._cache
        absences = cache._absences
        absences[self._key] = (self._applied, self._asked + cache._settings.absent_lifetime)
        absences.move_to_end(self._key)
        while len(absences) > cache._settings.max_entries // 8:
            absences.popitem(last=False)


class Probe:
    """A question how far the feed is."""

    def __init__(self, cache: NearCache[V]) -> None:
        self._cache = cache
        self._asked = cache._clock()

    def answered(self, head: Position) -> None:
        """Extend the lease as soon as the feed has been applied as far as this."""
        cache = self._cache
        if head.epoch != cache._epoch:
            return
        if len(cache._answered) == _MAX_WAITING_PROBES:
            cache._answered.popleft()
        cache._answered.append((self._asked, head))
        cache._renew()
