"""What all measurements share: the database, the server, the echoes, and how long to look."""

import glob
import os
import random
import re
import subprocess
import tempfile
import time

from . import load, rounds
from .processes import Process

HEAP = "512m"

# One caller makes all calls here, and many at a time about one account.
UNLIMITED = {"limit_calls_per_second": "10000000", "limit_validations_per_second": "10000000", "attempt_free": "100"}
# The last so many sessions are there to be revoked.
REVOCABLE = 500
VALIDATE = "doorward.v1.SessionService/ValidateSession"


class Bench:
    """One run. Everything it starts ends with it."""

    def __init__(self, short, stack):
        self.short = short
        self.stack = stack
        self.rounds = 2 if short else 5
        self.seconds = 2 if short else 4
        self.warm_up = 1 if short else 8
        self.users = 10_000 if short else 1_000_000
        self.sessions = 10_000 if short else 1_000_000
        self.passwords = 1_000
        self.ended = 100_000 if short else 2_000_000
        self.filled = set()
        self.buffer_pool = "512M" if short else "6G"
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="doorward-bench-"))
        self.jar = os.path.abspath(glob.glob("server/target/doorward-server-*-all.jar")[0])
        with open("bench/target/classpath", encoding="utf-8") as file:
            os.environ["CLASSPATH"] = "bench/target/classes:" + file.read().strip()
        # One key for all schemas and programs; Fill introduces its caller.
        os.environ["BENCH_KEY"] = self.jar_output("key", "generate").strip()
        self.database_directory = os.path.join(self.directory, "mariadb")
        self.connection = os.path.join(self.database_directory, "connection.properties")

    def program(self, name, *arguments, options=()):
        """One of the bench's own programs, ready."""
        return Process(
            ["java", *options, f"dev.doorward.bench.{name}", *map(str, arguments)],
            self.log(name),
        )

    def complete(self, name, *arguments):
        """One of them, to its end."""
        subprocess.run(["java", f"dev.doorward.bench.{name}", *map(str, arguments)], check=True)

    def log(self, name):
        number = len(os.listdir(self.directory))
        return os.path.join(self.directory, f"{number}-{name}.log")

    def start_database(self):
        database = self.stack.enter_context(
            self.program(
                "LocalDatabase", self.database_directory, f"--innodb-buffer-pool-size={self.buffer_pool}"
            )
        )
        self.mariadb = int(database.answer())

    def fill(self, connection, users, sessions, passwords=0, ended=0):
        self.jar_output("migrate", "--config", connection)
        self.complete("Fill", connection, users, sessions, passwords, ended)

    def grown(self, sessions):
        """A schema with so many sessions, and some more that have ended, which is filled when it is first used."""
        connection = self.schema(f"growth_{sessions}")
        if sessions not in self.filled:
            self.fill(connection, min(sessions, self.users), sessions, ended=self.ended)
            self.filled.add(sessions)
        return connection

    def query(self, connection, sql):
        """The values of one row."""
        command = ["java", "dev.doorward.bench.Query", connection, sql]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

    def jar_output(self, *arguments):
        return subprocess.run(["java", "-jar", self.jar, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    def schema(self, name):
        """The connection's file for another schema of the same MariaDB, which is made when it is first used."""
        with open(self.connection, encoding="utf-8") as file:
            text = file.read().replace("/doorward?", f"/{name}?createDatabaseIfNotExist=true&")
        other = os.path.join(self.directory, f"{name}.properties")
        with open(other, "w", encoding="utf-8") as file:
            file.write(text)
        return other

    def start_server(self, connection=None, options=(), **settings):
        """The production jar, as soon as it answers. Settings are named as in the environment: server_port."""
        server = self.stack.enter_context(
            Server(
                ["java", f"-Xmx{HEAP}", *options, "-jar", self.jar, "serve", "--config", connection or self.connection],
                self.log("server"),
                environment(**{"server_port": "0", **UNLIMITED, **settings}),
            )
        )
        server.await_serving()
        return server

    def start_echoes(self):
        self.frames = os.path.join(self.directory, "frames")
        os.makedirs(self.frames)
        self.complete("Frames", f"127.0.0.1:{self.server.port}", self.frames, 1, self.users // 10 * 9)
        self.echoes = {}
        for mode in ("event-loop", "pool"):
            echo = self.stack.enter_context(self.program("Echo", mode, self.frames, options=[f"-Xmx{HEAP}"]))
            echo.port = int(echo.answer())
            self.echoes[mode] = echo
            # A JVM's first call may take longer than a short round does.
            load.h2load(echo.port, VALIDATE, *self.frame("cached"), calls=100)

    def take_turns(self, **contenders):
        return rounds.take_turns(self.rounds, self.warm_up, contenders)

    def load(self, name, threads, *arguments):
        """A load that works for a round whenever it is called, as fast as it can or at a rate."""
        process = self.stack.enter_context(self.program("Load", name, threads, *arguments))
        process.answer()
        return lambda **how: load.round_of(process, self.seconds, **how)

    def frame(self, name):
        """A request as a file, and how long its answer is."""
        return os.path.join(self.frames, f"{name}.request"), os.path.getsize(os.path.join(self.frames, f"{name}.reply"))

    def h2load(self, process, name, method=VALIDATE, seconds=None, **options):
        frame, reply_bytes = self.frame(name)
        return load.h2load(process.port, method, frame, reply_bytes, seconds or self.seconds, **options)

    def validations(self, sessions=None, count=30_000):
        """Requests for sessions at random, so many that a round meets none twice."""
        return [
            {"sessionToken": f"bench_{random.randint(1, (sessions or self.sessions) - REVOCABLE):047d}", "consistency": "CONSISTENCY_FRESH"}
            for _ in range(count)
        ]

    def vector_argon2(self):
        """A libargon2 for this processor, built now; None if it has no AVX2."""
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            if " avx2 " not in file.read():
                return None
        library = os.path.join(self.directory, "argon2", "libargon2.so")
        subprocess.run(["docker/argon2/build", library], check=True, stdout=subprocess.DEVNULL)
        return library


def environment(**settings):
    """Settings as variables: server_port is DOORWARD_SERVER_PORT."""
    return {"DOORWARD_" + name.upper(): value for name, value in settings.items()}


class Server(Process):
    """The production jar."""

    def __init__(self, command, log, settings):
        super().__init__(command, log, settings, answers=False)

    def await_serving(self):
        while not (serving := re.search(r"serving on [^ ]*:(\d+) ", self.printed())):
            if self.process.poll() is not None:
                self.fail()
            time.sleep(0.02)
        self.port = int(serving.group(1))
