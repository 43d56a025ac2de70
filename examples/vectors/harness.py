"""A Doorward, a link to it, and a service, each of which a case may treat badly."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
START_SECONDS = 120
BUILD_SECONDS = 900


class Wrong(Exception):
    """A service did not do as the case says."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_that(what, seconds, condition):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Wrong(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Doorward:
    """A development server that can be killed, stopped and started again on its port and data."""

    def __init__(self, directory):
        self.port = free_port()
        self.data = directory / "data"
        self.log = directory / "doorward.log"
        self.process = None
        classpath = (ROOT / "server/target/classpath").read_text().strip()
        self.command = ["java", "-Xmx400m", "-cp", f"{ROOT}/server/target/classes:{classpath}"]
        self.command += ["dev.doorward.development.Development", "dev", "--data", str(self.data)]
        self.environment = {**os.environ, "DOORWARD_SERVER_PORT": str(self.port), "XDG_STATE_HOME": str(directory)}

    @property
    def key_file(self):
        return self.data / "caller.key"

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        written = self.log.stat().st_size
        await_that("Doorward serves", START_SECONDS, lambda: "serving on" in self.log.read_text()[written:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def kill(self):
        """With its database, which is a child of its own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def call(self, method, request):
        command = ["grpcurl", "-plaintext", "-H", f"authorization: Bearer {self.key_file.read_text().strip()}"]
        command += ["-d", json.dumps(request), f"127.0.0.1:{self.port}", f"doorward.v1.{method}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        if done.returncode:
            raise Wrong(f"{method}: {done.stderr}")
        return json.loads(done.stdout or "{}")


class Link:
    """The way from a service to Doorward: whole, cut (nobody listens), or silent (nothing arrives, nothing ends)."""

    def __init__(self, target_port):
        self.target_port = target_port
        self.port = free_port()
        self.sockets = []
        self.listener = None
        self.passing = threading.Event()
        self.whole()

    def whole(self):
        self.drop()
        self.passing.set()
        if self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            threading.Thread(target=self.accept, args=[self.listener], daemon=True).start()

    def silent(self):
        self.passing.clear()

    def cut(self):
        if self.listener is not None:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.drop()

    def drop(self):
        sockets, self.sockets = self.sockets, []
        for each in sockets:
            with contextlib.suppress(OSError):  # Its other end was quicker.
                each.shutdown(socket.SHUT_RDWR)

    def accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                near.close()
                continue
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=[source, sink], daemon=True).start()

    def pump(self, source, sink):
        with contextlib.suppress(OSError):  # One of the two has ended.
            while data := source.recv(1 << 16):
                self.passing.wait()
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Service:
    """An example, running."""

    def __init__(self, language, target_port, key_file, directory, examples=HERE.parent):
        self.out = directory / f"{language}.out"
        self.err = directory / f"{language}.err"
        environment = {**os.environ, "DOORWARD_TARGET": f"127.0.0.1:{target_port}"}
        environment |= {"DOORWARD_KEY_FILE": str(key_file), "PORT": "0"}
        with open(self.out, "w") as out, open(self.err, "w") as err:
            self.process = subprocess.Popen(
                [examples / language / "run"], env=environment, stdout=out, stderr=err, start_new_session=True
            )
        listening = re.compile(r"^listening on 127\.0\.0\.1:(\d+)\n", re.MULTILINE)

        def serves():
            if self.process.poll() is not None:
                raise Wrong(f"{language} has ended:\n{self.printed()}")
            return listening.search(self.out.read_text())

        await_that(f"{language} listens", BUILD_SECONDS, serves)
        self.port = int(listening.search(self.out.read_text()).group(1))

    def printed(self):
        return self.out.read_text() + self.err.read_text()

    def request(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise Wrong("SIGTERM does not end the service") from None


def languages():
    return sorted(path.parent.name for path in HERE.parent.glob("*/run") if path.parent != HERE)
