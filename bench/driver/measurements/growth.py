"""What growing costs: sessions by the million, and pages far down the list."""

from ..bench import REVOCABLE
from ..plot import Bar, Chart
from ..report import Row, Section, micros, millis, rate, share, times

IN_FLIGHT = 4
LIST = "doorward.v1.UserService/ListUsers"


def measure(bench):
    sizes = [1_000, bench.sessions] if bench.short else [10_000, bench.sessions, 10_000_000]
    servers = {}
    for sessions in sizes:
        if sessions == bench.sessions:
            servers[sessions] = bench.server
            continue
        # What has ended stays, for the measurement of retention.
        servers[sessions] = bench.start_server(bench.grown(sessions), retention_sweep_interval="1h")

    def validations(sessions):
        server = servers[sessions]
        calls = bench.load("call-validation", IN_FLIGHT, f"127.0.0.1:{server.port}", sessions - REVOCABLE)
        return lambda: calls(server=server.pid, database=bench.mariadb)

    contenders = {str(sessions): validations(sessions) for sessions in sizes}
    grown = bench.take_turns(**contenders)
    for sessions, server in servers.items():
        if sessions != bench.sessions:
            server.stop()

    def page(name):
        return lambda: bench.h2load(
            bench.server, name, LIST, streams=1, connections=2, server=bench.server.pid, database=bench.mariadb
        )

    pages = bench.take_turns(first=page("first-page"), deep=page("deep-page"))
    first, deep = pages["first"], pages["deep"]
    smallest, largest = grown[str(sizes[0])], grown[str(sizes[-1])]
    depth = bench.users // 10 * 9
    rows = [
        Row(
            f"FRESH among {sessions:,} sessions: p50, MariaDB CPU",
            f"{millis(grown[str(sessions)].p50)}, {micros(grown[str(sessions)].cpu['database'])}",
        )
        for sessions in sizes
    ]
    session_bytes, user_bytes = sizes_of_rows(bench, bench.grown(sizes[-1]))
    page_cost = [sample.cpu["server"] + sample.cpu["database"] for sample in (first, deep)]
    return Section(
        name="growth",
        title="Growth",
        how=f"{IN_FLIGHT} calls in flight, sessions at random; the tables of all sizes side by side in one MariaDB (buffer pool"
        f" {bench.buffer_pool}), in turns. Then h2load, 2 calls in flight, pages of 100 of {bench.users:,} users.",
        rows=[
            *rows,
            Row(
                f"FRESH p50, {sizes[0]:,} → {sizes[-1]:,} sessions", millis(largest.p50), millis(smallest.p50),
                times(largest.p50 / smallest.p50),
                "≤ 1.5 ×" + (", 10,000 → 10,000,000 sessions" if not bench.short else " (at other sizes)"),
                largest.p50 / smallest.p50 <= 1.5,
                "A read walks two trees, which grow by a level, and touches pages that fit into no processor's cache.",
            ),
            Row(
                f"ListUsers, page of 100 at depth {depth:,}: server and MariaDB CPU", micros(page_cost[1]),
                f"{micros(page_cost[0])} (first page)", times(page_cost[1] / page_cost[0]), "≤ 1.5 × the first page",
                page_cost[1] / page_cost[0] <= 1.5,
            ),
            Row(
                "bytes of a session, of a user, with their indexes", f"{session_bytes:,}, {user_bytes:,}",
                f"of the tables with {sizes[-1]:,} sessions",
            ),
            Row(f"ListUsers at depth {depth:,}: p50", millis(deep.p50), f"{millis(first.p50)} (first page)", times(deep.p50 / first.p50)),
        ],
        plots=[
            Chart("growth", "ValidateSession FRESH among more and more sessions", "p50 in ms, less is better",
                  [Bar(f"{sessions:,} sessions", grown[str(sessions)].p50, True) for sessions in sizes],
                  1.5 * smallest.p50, "goal: 1.5 × the smallest"),
        ],
    )


def sizes_of_rows(bench, connection):
    """By what InnoDB says of its tables."""
    return [
        round(float(bench.query(
            connection,
            "SELECT (data_length + index_length) / table_rows FROM information_schema.tables"
            f" WHERE table_schema = DATABASE() AND table_name = '{table}'",
        )[0]))
        for table in ("session", "user")
    ]
