"""Whether anybody notices when what has had its time is deleted."""

import os
import signal

from ..plot import Bar, Chart
from ..report import Row, Section, millis, rate, times

IN_FLIGHT = 4
WAITS = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'"


def measure(bench):
    sessions = bench.sessions if bench.short else 10_000_000
    connection = bench.grown(sessions)
    quiet = bench.start_server(connection, retention_sweep_interval="1h")
    sweeper = bench.start_server(connection, retention_sweep_interval="1ms", retention_sessions="0s")
    os.kill(sweeper.pid, signal.SIGSTOP)
    reads = bench.load("call-validation", IN_FLIGHT, f"127.0.0.1:{quiet.port}", sessions)
    writes = bench.load("call-session", IN_FLIGHT, f"127.0.0.1:{quiet.port}", min(sessions, bench.users))
    swept = {"rows": 0, "seconds": 0.0}
    waits = {"alone": 0, "swept": 0}

    def alone(load):
        before = lock_waits(bench, connection)
        sample = load(database=bench.mariadb)
        waits["alone"] += lock_waits(bench, connection) - before
        return sample

    def beside_sweeper(load):
        before, left = lock_waits(bench, connection), ended(bench, connection)
        os.kill(sweeper.pid, signal.SIGCONT)
        sample = load(database=bench.mariadb)
        os.kill(sweeper.pid, signal.SIGSTOP)
        swept["rows"] += left - ended(bench, connection)
        swept["seconds"] += bench.seconds
        waits["swept"] += lock_waits(bench, connection) - before
        return sample

    taken = bench.take_turns(
        reads=lambda: alone(reads), reads_swept=lambda: beside_sweeper(reads),
        writes=lambda: alone(writes), writes_swept=lambda: beside_sweeper(writes),
    )
    left = ended(bench, connection)
    os.kill(sweeper.pid, signal.SIGCONT)
    sweeper.stop()
    quiet.stop()
    reads, reads_swept, writes, writes_swept = taken.values()
    return Section(
        name="retention",
        title="Retention",
        how=f"{IN_FLIGHT} calls in flight among {sessions:,} sessions and {bench.ended:,} more that have ended, which a server beside"
        " deletes as fast as it can, a thousand in a transaction; in turns with that server standing still. In production it would look"
        f" once a minute. {left:,} were left in the end.",
        rows=[
            Row("rows swept", rate(swept["rows"] / swept["seconds"]), f"{swept['rows']:,} in all"),
            Row(
                "waits for a row's lock, of all calls and of the sweeper", f"{waits['swept']:,}", f"{waits['alone']:,} (nothing swept)", "",
                "no lock wait on the hot path", waits["swept"] <= waits["alone"],
            ),
            Row("ValidateSession FRESH: p50", millis(reads_swept.p50), f"{millis(reads.p50)} (nothing swept)", times(reads_swept.p50 / reads.p50)),
            Row("ValidateSession FRESH: p99", millis(reads_swept.p99), f"{millis(reads.p99)} (nothing swept)", times(reads_swept.p99 / reads.p99)),
            Row("CreateSession: p50", millis(writes_swept.p50), f"{millis(writes.p50)} (nothing swept)", times(writes_swept.p50 / writes.p50)),
            Row(
                "CreateSession: p99", millis(writes_swept.p99), f"{millis(writes.p99)} (nothing swept)",
                times(writes_swept.p99 / writes.p99), "", None,
                "Whoever deletes shares disk and cores with the calls, and that is what they feel; none waits for a row that it holds.",
            ),
        ],
        plots=[
            Chart(
                "retention", "p99 while rows are swept as fast as that goes", "ms, less is better",
                [Bar("ValidateSession FRESH", reads_swept.p99, True), Bar("nothing swept", reads.p99),
                 Bar("CreateSession", writes_swept.p99, True), Bar("nothing swept", writes.p99)],
            )
        ],
    )


def lock_waits(bench, connection):
    return int(bench.query(connection, WAITS)[1])


def ended(bench, connection):
    return int(bench.query(connection, "SELECT COUNT(*) FROM session WHERE expires < UTC_TIMESTAMP(6)")[0])
