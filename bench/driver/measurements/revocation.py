"""How long a revoked session is still accepted, by near caches at several servers."""

import json

from ..bench import REVOCABLE
from ..plot import Bar, Chart
from ..report import Row, Section, millis

SERVERS = 3
CLIENTS = (1, 10, 100)
POLL_MILLIS = 100
LEASE_MILLIS = 3_000


def measure(bench):
    sessions = 5 if bench.short else 100
    servers = [bench.server, *(bench.start_server() for _ in range(SERVERS - 1))]
    addresses = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    found = {}
    first = bench.sessions - REVOCABLE + 1
    for clients in CLIENTS:
        with bench.program("RevokeToRefused", addresses, clients, sessions, first) as program:
            found[clients] = json.loads(program.answer())
        first += sessions
    for server in servers[1:]:
        server.stop()
    most = found[CLIENTS[-1]]
    worst = max(round_["max"] for round_ in found.values())
    limit = f"{POLL_MILLIS / 2:.0f} ms is the mean wait for the next poll of a server"
    return Section(
        name="revocation",
        title="From revoked to refused",
        how=f"{', '.join(map(str, CLIENTS))} near caches, each with a connection of its own to one of {SERVERS} servers, hold a"
        f" session; one server revokes it. Milliseconds from the acknowledgement on for which each goes on to accept; {sessions}"
        " sessions for each number of clients.",
        rows=[
            *(
                Row(f"{named(clients)}: p50, p99, longest", f"{millis(round_['p50'])}, {millis(round_['p99'])}, {millis(round_['max'])}")
                for clients, round_ in found.items()
            ),
            Row(f"{CLIENTS[-1]} clients, p50", millis(most["p50"]), limit, "", "p50 ≤ 120 ms", most["p50"] <= 120,
                "Servers other than the one that revoked learn of it by their next look at the lanes, every 100 ms."),
            Row(f"{CLIENTS[-1]} clients, p99", millis(most["p99"]), limit, "", "p99 ≤ 250 ms", most["p99"] <= 250),
            Row("longest of all", millis(worst), f"{LEASE_MILLIS:,} ms is the lease", "", "bound L never broken", worst <= LEASE_MILLIS),
        ],
        plots=[
            Chart("revocation", "From a revocation's acknowledgement to its refusal by near caches at 3 servers", "ms, less is better",
                  [Bar(f"{named(clients)}, {name}", round_[name], True) for clients, round_ in found.items() for name in ("p50", "p99")],
                  250, "goal: p99 250 ms, p50 120 ms"),
        ],
    )


def named(clients):
    return f"{clients} clients" if clients > 1 else "1 client"
