"""Galera on this machine, to look at, to break, and to run the tests on."""

import argparse
import contextlib
import os
import signal
import sys

from . import faults, servers, tests
from .nodes import Cluster


def up():
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster())
        cluster.start()
        key = servers.run("key", "generate")
        key_file = os.path.join(cluster.directory, "operator.key")
        with open(os.open(key_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(key + "\n")
        each = servers.start(stack, cluster, caller_bootstrap_key_file=key_file)
        for number, (node, server) in enumerate(zip(cluster.nodes, each)):
            print(f"{node.name}: {node.address}:3306, its files in {node.directory}")
            print(f"  server on 127.0.0.1:{server.port}, database.url={cluster.url(number)}")
        print(f"database.user=doorward, or doorward_owner, who may do everything; database.password={cluster.password}")
        print(f"an operator's key: {key_file}")
        print("Ctrl-C ends all of it", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


def main():
    parser = argparse.ArgumentParser(prog="bench/galera", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="three nodes and three servers, until Ctrl-C")
    breaking = commands.add_parser("faults", help="break nodes under load, and look whether anything is lost")
    breaking.add_argument("--short", action="store_true", help="each fault once")
    breaking.add_argument("fault", nargs="*", choices=[[], *faults.ALL], help="all, if none is named")
    testing = commands.add_parser("test", help="run the server's tests on a single MariaDB, and on three nodes")
    testing.add_argument("--nodes", action="store_true", help="on the three nodes alone")
    testing.add_argument("name", nargs="*", help="packages or classes; the features' packages, if none is named")
    arguments = parser.parse_args()
    # A terminated run cleans up like an interrupted one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if arguments.command == "up":
        up()
    elif arguments.command == "faults":
        sys.exit(faults.run(arguments.fault or list(faults.ALL), arguments.short))
    elif arguments.command == "test":
        sys.exit(tests.run(arguments.name, arguments.nodes))


main()
