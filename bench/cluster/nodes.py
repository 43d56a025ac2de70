"""Nodes of Galera, and single MariaDBs, each a process on a machine of its own."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import network

JOIN_SECONDS = 180
MEMORY_BYTES = 8 << 30

CONFIGURATION = """\
[mariadb]
datadir={directory}/data
socket={directory}/socket
pid-file={directory}/pid
log_error={directory}/error.log
bind-address=0.0.0.0
skip-name-resolve
character-set-server=utf8mb4
innodb_buffer_pool_size=128M
innodb_log_file_size=48M
innodb_flush_log_at_trx_commit=1
max_connections=300
"""

# The time-outs are longer than Galera's own, which a busy machine with all three nodes on it does not keep.
GALERA = """\
binlog_format=ROW
innodb_autoinc_lock_mode=2
wsrep_on=ON
wsrep_provider=/usr/lib/galera/libgalera_smm.so
wsrep_cluster_name=doorward
wsrep_cluster_address=gcomm://{members}
wsrep_node_address={address}
wsrep_node_name={name}
wsrep_sst_method=rsync
wsrep_sync_wait=7
wsrep_slave_threads=4
wsrep_provider_options=gcache.size=64M;evs.keepalive_period=PT1S;evs.suspect_timeout=PT8S;evs.inactive_timeout=PT16S;evs.install_timeout=PT16S
"""


class Node:
    """A mariadbd, and what it keeps."""

    def __init__(self, name, machine, directory, members=()):
        self.name = name
        self.machine = machine
        self.directory = os.path.join(directory, name)
        self.process = None
        os.mkdir(self.directory)
        text = CONFIGURATION + (GALERA if members else "")
        self.file = os.path.join(self.directory, "my.cnf")
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(
                text.format(directory=self.directory, members=",".join(members), address=machine.address, name=name)
            )
        os.mkdir(os.path.join(self.directory, "data"))
        for path in (self.directory, os.path.join(self.directory, "data")):
            shutil.chown(path, "mysql", "mysql")

    @property
    def address(self):
        return self.machine.address

    def install(self):
        """The system tables; a node that joins others gets theirs."""
        self._run("mariadb-install-db", f"--defaults-file={self.file}", "--user=mysql", "--skip-test-db")

    def start(self, *options):
        with open(os.path.join(self.directory, "out"), "a", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                self.machine.command("prlimit", f"--as={MEMORY_BYTES}", "mariadbd", f"--defaults-file={self.file}", "--user=mysql", *options),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # So that a Ctrl-C is ours alone.
                start_new_session=True,
            )

    def await_answer(self):
        self.await_that(f"{self.name} answers", lambda: self.ask("SELECT 1") == "1")

    def await_synced(self, size):
        self.await_that(
            f"{self.name} is synced in a cluster of {size}",
            lambda: self.status("local_state_comment") == "Synced"
            and self.status("cluster_size") == str(size)
            and self.status("ready") == "ON",
        )

    def await_that(self, what, condition, seconds=JOIN_SECONDS):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"{self.name}: not within {seconds} s that {what}:\n{self.printed()[-6000:]}")
            time.sleep(0.2)

    def ask(self, sql):
        """The last column of the first row, or None if there is no answer."""
        answer = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.directory}/socket", "--user=root", "--batch", "--skip-column-names", "-e", sql],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=60,
        )
        return answer.stdout.strip().split("\n")[0].split("\t")[-1] if answer.returncode == 0 else None

    def change(self, sql):
        if self.ask(sql) is None:
            sys.exit(f"{self.name}: refused: {sql}")

    def status(self, name):
        # Of all that can be asked, a node without its cluster answers SHOW.
        return self.ask(f"SHOW GLOBAL STATUS LIKE 'wsrep_{name}'")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def recovered_position(self):
        """How far it had come when it died: (cluster, number)."""
        done = subprocess.run(
            self.machine.command("prlimit", f"--as={MEMORY_BYTES}", "galera_recovery", f"--defaults-file={self.file}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        answer = done.stdout
        found = re.search(r"--wsrep_start_position=([^:]+):(-?\d+)", answer)
        if not found:
            sys.exit(f"{self.name}: galera_recovery says no position:\n{answer}{done.stderr[-4000:]}")
        cluster, number = found.groups()
        return cluster, int(number)

    def allow_bootstrap(self):
        state = os.path.join(self.directory, "data", "grastate.dat")
        with open(state, encoding="utf-8") as file:
            text = file.read()
        with open(state, "w", encoding="utf-8") as file:
            file.write(text.replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def printed(self):
        with open(os.path.join(self.directory, "error.log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def _run(self, *command):
        done = subprocess.run(self.machine.command(*command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


class Cluster:
    """Three nodes, or one MariaDB that is no node of anything, with a schema and its users. All of it ends with a block."""

    def __init__(self, size=3):
        self.directory = tempfile.mkdtemp(prefix="doorward-galera-")
        os.chmod(self.directory, 0o755)
        self.network = network.Network()
        machines = [self.network.machine() for _ in range(size)]
        members = [machine.address for machine in machines] if size > 1 else []
        self.nodes = [
            Node(f"node-{number}", machine, self.directory, members) for number, machine in enumerate(machines, 1)
        ]
        self.password = secrets.token_hex(16)

    def start(self):
        first, *others = self.nodes
        first.install()
        first.start(*(["--wsrep-new-cluster"] if others else []))
        first.await_answer()
        for number, node in enumerate(others, 2):
            # One after the other: the first can give its state to one at a time.
            node.start()
            node.await_synced(number)
        first.change(
            f"""
            CREATE DATABASE doorward CHARACTER SET utf8mb4;
            CREATE USER doorward IDENTIFIED BY '{self.password}';
            GRANT SELECT, INSERT, UPDATE, DELETE ON doorward.* TO doorward;
            CREATE USER doorward_owner IDENTIFIED BY '{self.password}';
            GRANT ALL PRIVILEGES ON *.* TO doorward_owner;
            """
        )

    def url(self, first=0):
        """The node of that number first, and the others in their turn when it is down."""
        nodes = [*self.nodes[first:], *self.nodes[:first]]
        state = "&galeraAllowedState=4" if len(nodes) > 1 else ""
        return f"jdbc:mariadb://{','.join(f'{node.address}:3306' for node in nodes)}/doorward?sslMode=disable{state}"

    def url_of(self, number):
        """One node alone, for whoever looks what is on each."""
        return (
            f"jdbc:mariadb://{self.nodes[number].address}:3306/doorward?sslMode=disable"
            f"&user=doorward_owner&password={self.password}"
        )

    def await_synced(self):
        for node in self.nodes:
            node.await_synced(len(self.nodes))

    def bootstrap(self):
        """All are dead. The one that has come furthest goes first, and the others join it."""
        positions = {node: node.recovered_position() for node in self.nodes}
        if len({cluster for cluster, _ in positions.values()}) != 1:
            sys.exit(f"no common history: {[position for position in positions.values()]}")
        first = max(self.nodes, key=lambda node: positions[node][1])
        first.allow_bootstrap()
        first.start("--wsrep-new-cluster")
        first.await_answer()
        for number, node in enumerate((node for node in self.nodes if node is not first), 2):
            node.start()
            node.await_synced(number)
        return {node.name: position[1] for node, position in positions.items()}, first

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.stop()
        self.network.close()
        shutil.rmtree(self.directory)
