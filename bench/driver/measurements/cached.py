"""ValidateSession from the server's memory, beside a bare echo of the same bytes."""

from ..plot import Bar, Chart
from ..processes import resident_mib
from ..report import Row, Section, micros, millis, rate, share, times

CALLS_A_ROUND = "4 connections with 16 calls in flight on each"


def measure(bench):
    def doorward():
        return bench.h2load(bench.server, "cached", server=bench.server.pid, database=bench.mariadb)

    def echo(mode):
        return bench.h2load(bench.echoes[mode], "cached", server=bench.echoes[mode].pid)

    # With metrics at its admin address, and calls that nobody traces sent to a collector that is not there.
    metered = bench.start_server(admin_port="0")
    traced = bench.start_server(admin_port="0", telemetry_otlp_endpoint="http://127.0.0.1:9")
    taken = bench.take_turns(
        doorward=doorward, loop=lambda: echo("event-loop"), pool=lambda: echo("pool"),
        metered=lambda: bench.h2load(metered, "cached", server=metered.pid),
        traced=lambda: bench.h2load(traced, "cached", server=traced.pid),
    )
    metered.stop()
    traced.stop()
    ours, loop, pool = taken["doorward"], taken["loop"], taken["pool"]
    metrics, traces = taken["metered"].cpu["server"], taken["traced"].cpu["server"]
    cost, bare, pooled = (sample.cpu["server"] for sample in (ours, loop, pool))
    because = (
        "What Doorward does and the echo does not: a place for the call, its time limit, the SHA-256 of the caller's key and a look for"
        " it, the caller's rate, the SHA-256 of the token and a look for that. HTTP/2"
        " frames and system calls are the greater part of both. A call that changes threads pays for that more than for all"
        " of these."
    )
    bench.loaded_mib = resident_mib(bench.server.pid)
    return Section(
        name="cached",
        title="ValidateSession from the server's memory",
        how=f"h2load, {CALLS_A_ROUND}, one token; {bench.rounds} rounds of {bench.seconds} s. The echo is the same service"
        " by grpc-java, with nothing behind it but the answer: on the event loop, and on a pool of 64 threads.",
        rows=[
            Row(
                "server CPU a call", micros(cost), f"{micros(bare)} (event loop), {micros(pooled)} (pool)",
                times(cost / bare), "≤ 1.25 × echo on the event loop", cost / bare <= 1.25, because,
            ),
            Row("server CPU a call, with metrics", micros(metrics), f"{micros(cost)} (without)", times(metrics / cost)),
            Row(
                "server CPU a call, with metrics and tracing, of calls that are not traced", micros(traces), f"{micros(cost)} (without)",
                times(traces / cost),
            ),
            Row(
                "throughput", rate(ours.rate), f"{rate(loop.rate)} (event loop), {rate(pool.rate)} (pool)",
                share(ours.rate / loop.rate), "≥ 85 % of it", ours.rate / loop.rate >= 0.85,
            ),
            Row("p50", millis(ours.p50), f"{millis(loop.p50)} (event loop), {millis(pool.p50)} (pool)", times(ours.p50 / loop.p50)),
            Row(
                "p99", millis(ours.p99), f"{millis(loop.p99)} (event loop), {millis(pool.p99)} (pool)",
                times(ours.p99 / loop.p99), "≤ 1.5 × echo", ours.p99 / loop.p99 <= 1.5,
            ),
            Row(
                "changes of thread a call, in the server", f"{ours.switches['server']:.2f}",
                f"{loop.switches['server']:.2f} (event loop), {pool.switches['server']:.2f} (pool)",
            ),
            Row("MariaDB CPU a call", micros(ours.cpu["database"]), "0: nothing is read"),
            Row(
                "allocated by the server a call", f"{allocated_bytes(bench, bench.server):,.0f} bytes",
                f"{allocated_bytes(bench, bench.echoes['event-loop']):,.0f} bytes (event loop)",
            ),
        ],
        plots=[
            Chart(
                "cached-cpu", "ValidateSession from memory: server CPU a call", "µs a call, less is better",
                [Bar("Doorward", cost, ours=True), Bar("echo on the event loop", bare), Bar("echo on a pool", pooled)],
                1.25 * bare, "goal: 1.25 × echo",
            ),
            Chart(
                "cached-throughput", "ValidateSession from memory: throughput", "calls a second, client on the same machine",
                [Bar("Doorward", ours.rate, ours=True), Bar("echo on the event loop", loop.rate), Bar("echo on a pool", pool.rate)],
                0.85 * loop.rate, "goal: 85 % of echo",
            ),
        ],
    )


def allocated_bytes(bench, server):
    """By the JVM's own count of what each of its threads has allocated."""
    with bench.program("AllocatedBytes", server.pid, options=["--add-modules=jdk.attach"]) as meter:
        meter.answer()
        before = int(meter.ask(""))
        sample = bench.h2load(server, "cached")
        return (int(meter.ask("")) - before) / sample.calls
