"""Load from the outside, and what came of it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

from .processes import Cpu

PROTOSET = "proto/target/classes/doorward/v1/doorward.binpb"


@dataclass
class Sample:
    """One round: calls a second, milliseconds, and by process what a call costs: CPU in microseconds, switches of threads."""

    rate: float
    p50: float
    p99: float
    cpu: dict = field(default_factory=dict)
    switches: dict = field(default_factory=dict)
    calls: int = 0


def authorization():
    return "Bearer " + os.environ["BENCH_KEY"]


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _sample(calls, seconds, latencies_ms, cpu):
    ordered = sorted(latencies_ms)
    return Sample(
        rate=calls / seconds,
        p50=percentile(ordered, 0.5),
        p99=percentile(ordered, 0.99),
        cpu={name: used / calls * 1e6 for name, used in cpu.seconds.items()},
        switches={name: count / calls for name, count in cpu.switches.items()},
        calls=calls,
    )


def h2load(port, method, frame, reply_bytes, seconds=None, calls=None, connections=4, streams=16, rate=None, **pids):
    """The same request again and again, from the client that costs least.

    It knows nothing of gRPC, so that answers are known by their size: an error, which is HTTP's 200 too, has no body.
    """
    with tempfile.NamedTemporaryFile("r") as log, Cpu(**pids) as cpu:
        command = [
            "h2load", *(["-D", str(seconds)] if seconds else ["-n", str(calls)]), "-c", str(connections), "-m", str(streams), "-t", "1", "-d", frame,
            "-H", "content-type: application/grpc", "-H", "te: trailers", "-H", f"authorization: {authorization()}",
            "-H", "grpc-timeout: 20S",  # As callers have one: both ends set a timer for it.
            f"--log-file={log.name}",
            f"http://127.0.0.1:{port}/{method}",
        ]
        if rate:
            command.insert(1, f"--rps={rate / connections:.0f}")
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        latencies = [int(line.split("\t")[2]) / 1e3 for line in log]
    done = int(re.search(r"(\d+) done,", printed).group(1))
    data = int(re.search(r"\((\d+)\) data", printed).group(1))
    if done == 0:
        sys.exit(f"{method}: no answer\n{printed}")
    if abs(data - done * (reply_bytes + 5)) > 0.02 * data:
        sys.exit(f"{method}: {data} bytes in {done} answers (expected: {reply_bytes + 5} in each)\n{printed}")
    return _sample(done, cpu.elapsed, latencies, cpu)


@dataclass
class Calls(Sample):
    """A round of ghz, with each status' own latencies."""

    by_status: dict = field(default_factory=dict)


def ghz(port, method, data, seconds, concurrency, connections=4, rate=None, allowed=("OK",), timeout="20s", **pids):
    """Requests that differ, one after the other from a list; or from a template, if data is a text."""
    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "data.json")
        with open(file, "w", encoding="utf-8") as out:
            out.write(data if isinstance(data, str) else json.dumps(data))
        command = [
            "ghz", "--insecure", "--protoset", PROTOSET, "--call", method, "--data-file", file, "-z", f"{seconds}s",
            "-c", str(concurrency), "--connections", str(connections), "-t", timeout, "--duration-stop", "wait",
            "-m", json.dumps({"authorization": authorization()}), "-O", "json", f"127.0.0.1:{port}",
        ]
        if not isinstance(data, str):
            command[1:1] = ["--disable-template-functions", "--disable-template-data"]
        if rate:
            command[1:1] = ["--rps", str(int(rate))]
        with Cpu(**pids) as cpu:
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{run.stderr}{run.stdout[:2000]}")
        report = json.loads(run.stdout)
    by_status = {}
    for call in report["details"]:
        by_status.setdefault(call["status"], []).append(call["latency"] / 1e6)
    for status, latencies in by_status.items():
        if status not in allowed and len(latencies) > 0.001 * report["count"]:
            sys.exit(f"{method}: {len(latencies)} of {report['count']} calls ended {status}: {report['errorDistribution']}")
    # Its own elapsed time: it reads its data before it calls.
    calls = _sample(report["count"], report["total"] / 1e9, by_status.get("OK", [0.0]), cpu)
    return Calls(**vars(calls), by_status=by_status)


class Pace:
    """What one load has reached in its last round, and others are to keep to: whatever is called seldom costs more a call, for
    nobody is awake."""

    def set_by(self, load, **pids):
        sample = load(**pids)
        self.rate = sample.rate
        return sample

    def kept_by(self, load, **pids):
        return load(rate=self.rate, **pids)


def round_of(process, seconds, rate=0, **pids):
    """A round of a load of our own. A limit is its own client; its CPU time is that of client and limit in one."""
    with Cpu(client=process.pid, **pids) as cpu:
        round_ = json.loads(process.ask(f"{seconds} {rate:.0f}"))
    return Sample(
        rate=round_["calls"] / round_["seconds"],
        p50=round_["p50"] / 1e3,
        p99=round_["p99"] / 1e3,
        cpu={name: used / round_["calls"] * 1e6 for name, used in cpu.seconds.items()},
        switches={name: count / round_["calls"] for name, count in cpu.switches.items()},
        calls=round_["calls"],
    )
