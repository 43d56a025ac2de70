"""SignIn beside what the cores can hash at all; and everything else while far too many arrive."""

import os
import statistics
import threading

from .. import load
from ..bench import HEAP
from ..plot import Bar, Chart
from ..processes import cpu_seconds_of_threads, forget_peak, peak_resident_mib
from ..report import Row, Section, millis, rate, share, times

SIGN_IN = "doorward.v1.PasswordService/SignIn"
CALLERS = 64
STORM = 10
STORM_CALLERS = 400
VALIDATIONS_A_SECOND = 200
HASH_MIB = 19
MARGIN_MIB = 128
# The kernel keeps 15 characters of a thread's name.
THREADS = {"hashing": "password-hash", "compiling": ("C1 Compiler", "C2 Compiler")}
OVERLOADED = "ResourceExhausted"


def measure(bench):
    cores = os.cpu_count()
    library = bench.vector_argon2()
    server = bench.start_server(**({"password_argon2_library": library} if library else {}))
    argon2 = bench.load("argon2", cores, library or "")
    bundled = bench.load("argon2", cores)
    requests = [
        {"email": f"user-{n}@example.com", "password": "correct horse battery"} for n in range(1, bench.passwords + 1)
    ]

    spent = []

    def sign_in():
        before = cpu_seconds_of_threads(server.pid, **THREADS)
        calls = load.ghz(server.port, SIGN_IN, requests, bench.seconds, CALLERS, server=server.pid, database=bench.mariadb)
        after = cpu_seconds_of_threads(server.pid, **THREADS)
        spent.append({kind: (after[kind] - before[kind]) / calls.calls * 1e3 for kind in after})
        return calls

    taken = bench.take_turns(doorward=sign_in, argon2=argon2, bundled=bundled)
    ours, possible, portable = taken["doorward"], taken["argon2"], taken["bundled"]
    idle, stormy, storm, peak = under_storm(bench, server, requests, possible.rate)
    server.stop()
    hashing, compiling, rest = (
        statistics.median(each[kind] for each in spent[-bench.rounds:]) for kind in (*THREADS, "rest")
    )
    hash_cost = possible.cpu["client"] / 1e3
    beside = (ours.cpu["server"] + ours.cpu["database"]) / 1e3 - hash_cost
    refusals = sorted(storm.by_status.get(OVERLOADED, [0.0]))
    allowed_mib = int(HEAP[:-1]) + cores * HASH_MIB + MARGIN_MIB
    refused_p99 = load.percentile(refusals, 0.99)
    signed_in = storm.rate * len(storm.by_status.get("OK", [])) / storm.calls
    return Section(
        name="passwords",
        title="SignIn, and a storm of sign-ins",
        how=f"ghz, {CALLERS} callers in turn with argon2-jvm alone on {cores} threads: Argon2id, 19 MiB, 2 passes, 1 lane, by"
        f" {'a libargon2 that docker/argon2/build has made' if library else 'the library inside argon2-jvm'}, both of them. Then"
        f" ghz asks for {STORM} times that rate ({STORM_CALLERS} calls in flight at the most), while h2load validates from memory"
        f" {VALIDATIONS_A_SECOND} times a second, with and without the storm.",
        rows=[
            Row(
                "sign-ins", rate(ours.rate), f"{rate(possible.rate)} (argon2-jvm alone)", share(ours.rate / possible.rate),
                "≥ 90 % of the cores' Argon2 rate, no drop at 64 callers", ours.rate / possible.rate >= 0.9,
                "A sign-in also reads the user and the attempts, reserves an attempt and opens a session: two durable transactions,"
                " on the same cores as the hashes and the callers.",
            ),
            Row("sign-ins: CPU beside the hash, of server and MariaDB", millis(beside), f"{millis(hash_cost)} (the hash)"),
            Row(
                "of these: what more the hash takes than alone, the JVM's compilers, other threads of the server, MariaDB",
                f"{millis(hashing - hash_cost)}, {millis(compiling)}, {millis(rest)}, {millis(ours.cpu['database'] / 1e3)}",
            ),
            *([Row(
                "argon2-jvm with the library for AVX2", rate(possible.rate), f"{rate(portable.rate)} (the one inside argon2-jvm)",
                times(possible.rate / portable.rate), "≥ 2 × the bundled library's where the processor has AVX2",
                possible.rate >= 2 * portable.rate,
            )] if library else []),
            Row(
                f"ValidateSession p99 while {STORM} × arrive", millis(stormy.p99), f"{millis(idle.p99)} (idle)",
                times(stormy.p99 / idle.p99), "≤ 2 × idle", stormy.p99 / idle.p99 <= 2,
                "As many hashes run at once as there are cores, so in a storm a validation waits for the scheduler to take a core"
                " from one.",
            ),
            Row(f"ValidateSession p50 while {STORM} × arrive", millis(stormy.p50), f"{millis(idle.p50)} (idle)", times(stormy.p50 / idle.p50)),
            Row(
                f"time to a refusal: p50, p99 of {len(refusals):,}",
                f"{millis(load.percentile(refusals, 0.5))}, {millis(refused_p99)}", "", "", "within 50 ms", refused_p99 <= 50,
            ),
            Row("sign-ins in the storm", rate(signed_in), f"{rate(possible.rate)} (argon2-jvm alone)", share(signed_in / possible.rate)),
            Row(
                "resident memory in the storm, at its peak", f"{peak:.0f} MiB", f"{allowed_mib} MiB", "",
                f"≤ heap ({HEAP}) + permits × 19 MiB + 128 MB", peak <= allowed_mib,
            ),
        ],
        plots=[
            Chart("sign-in", "Sign-ins", "a second, more is better",
                  [Bar("Doorward, 64 callers", ours.rate, True), Bar(f"argon2-jvm on {cores} cores", possible.rate)],
                  0.9 * possible.rate, "goal: 90 %"),
            Chart("storm", f"ValidateSession while {STORM} times the possible sign-ins arrive", "p99 in ms, less is better",
                  [Bar("in the storm", stormy.p99, True), Bar("idle", idle.p99)], 2 * idle.p99, "goal: 2 × idle"),
        ],
    )


def under_storm(bench, server, requests, possible):
    """Validation when idle and in a storm, the storm's own calls, and the server's peak of memory in it."""
    seconds = bench.seconds * 2

    def validations():
        return bench.h2load(server, "cached", seconds=seconds, streams=1, rate=VALIDATIONS_A_SECOND)

    idle = validations()
    forget_peak(server.pid)
    storm = []

    def blow():
        storm.append(
            load.ghz(
                server.port, SIGN_IN, requests, seconds + 2, STORM_CALLERS, connections=8, rate=STORM * possible,
                allowed=("OK", OVERLOADED), timeout="60s",
            )
        )

    blower = threading.Thread(target=blow)
    blower.start()
    stormy = validations()
    blower.join()
    return idle, stormy, storm[0], peak_resident_mib(server.pid)
