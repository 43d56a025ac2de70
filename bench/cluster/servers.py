"""The production jar before each node."""

import glob
import os
import subprocess

from driver.bench import Server, environment

JAR = "server/target/doorward-server-*-all.jar"


def run(*arguments, **settings):
    """One of the jar's other commands, to its end."""
    return subprocess.run(
        ["java", "-jar", glob.glob(JAR)[0], *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment(**settings)},
    ).stdout.strip()


def start(stack, cluster, **settings):
    """One for each node, which it asks first. The schema is the work of somebody else, once and before."""
    run(
        "migrate",
        database_url=cluster.url(),
        database_user="doorward_owner",
        database_password=cluster.password,
    )
    return [
        start_one(
            stack,
            cluster,
            number,
            database_url=cluster.url(number),
            database_user="doorward",
            database_password=cluster.password,
            database_migrate="false",
            **settings,
        )
        for number in range(len(cluster.nodes))
    ]


def start_one(stack, cluster, number, **settings):
    server = stack.enter_context(
        Server(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar", glob.glob(JAR)[0], "serve"],
            os.path.join(cluster.directory, f"server-{number + 1}.log"),
            environment(server_port="0", **settings),
        )
    )
    server.await_serving()
    return server
