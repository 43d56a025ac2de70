"""The production jar before each node."""

import glob
import os
import socket
import subprocess
import sys
import time

from driver.processes import Process

JAR = "server/target/doorward-server-*-all.jar"


def run(*arguments, **settings):
    """One of the jar's other commands, to its end."""
    return subprocess.run(
        ["java", "-jar", glob.glob(JAR)[0], *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment(settings)},
    ).stdout.strip()


def environment(settings):
    return {"DOORWARD_" + key.upper(): value for key, value in settings.items()}


def start(stack, cluster, **settings):
    """One for each node, which it asks first. The schema is the work of somebody else, once and before."""
    run(
        "migrate",
        database_url=cluster.url(),
        database_user="doorward_owner",
        database_password=cluster.password,
    )
    return [
        stack.enter_context(
            Server(
                cluster,
                number,
                database_url=cluster.url(number),
                database_user="doorward",
                database_password=cluster.password,
                database_migrate="false",
                **settings,
            )
        )
        for number in range(len(cluster.nodes))
    ]


class Server(Process):
    def __init__(self, cluster, number, **settings):
        self.port = free_port()
        super().__init__(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar", glob.glob(JAR)[0], "serve"],
            os.path.join(cluster.directory, f"server-{number + 1}.log"),
            environment({"server_port": str(self.port), **settings}),
            answers=False,
        )
        self.await_serving()

    def await_serving(self):
        while " serving on " not in self.printed():
            if self.process.poll() is not None:
                self.fail()
            time.sleep(0.05)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
