"""What befalls the nodes while the ledger's clients call the servers."""

import contextlib
import os
import random
import subprocess
import sys
import time

from . import network, servers
from .nodes import Cluster


def node_killed(cluster, short):
    node = random.choice(cluster.nodes)
    node.kill()
    time.sleep(random.random())
    node.start()
    cluster.await_synced()


def cluster_killed(cluster, short):
    for node in cluster.nodes:
        node.process.kill()
    for node in cluster.nodes:
        node.process.wait()
    positions, first = cluster.bootstrap()
    print(f"cluster-killed: {positions}, {first.name} first", file=sys.stderr)


def node_paused(cluster, short):
    node = random.choice(cluster.nodes)
    node.pause()
    time.sleep(12 if short else 40)
    node.resume()
    cluster.await_synced()


def cluster_split(cluster, short):
    one, *others = random.sample(cluster.nodes, len(cluster.nodes))
    sides = [one.machine], [node.machine for node in others]
    network.cut(*sides)
    one.await_that(f"{one.name} notices that it is alone", lambda: one.status("cluster_status") == "non-Primary")
    time.sleep(5 if short else 20)
    network.mend(*sides)
    cluster.await_synced()


ALL = {
    "node-killed": node_killed,
    "cluster-killed": cluster_killed,
    "node-paused": node_paused,
    "cluster-split": cluster_split,
}


def run(names, short):
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster())
        cluster.start()
        # Many sign up, and the hash is not what is tried here.
        each = servers.start(stack, cluster, password_memory_kib="64", password_iterations="1")
        with open("server/target/classpath", encoding="utf-8") as file:
            classpath = ":".join(["server/target/test-classes", "server/target/classes", file.read().strip()])
        command = ["java", "-cp", classpath, "dev.doorward.fault.ledger.FaultProgram"]
        command += ["--servers", ",".join(f"127.0.0.1:{server.port}" for server in each)]
        for number in range(len(cluster.nodes)):
            command += ["--databases", cluster.url_of(number)]
        command += ["--short"] if short else []
        program = subprocess.Popen([*command, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(program.kill)
        for line in program.stdout:
            word, _, name = line.strip().partition(" ")
            if word != "befall":
                print(line, end="", flush=True)
                continue
            start = time.monotonic()
            ALL[name](cluster, short)
            print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            program.stdin.write("passed\n")
            program.stdin.flush()
        return program.wait()
