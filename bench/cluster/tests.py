"""The server's tests, on databases that are not the embedded one."""

import subprocess

from .nodes import Cluster

FEATURES = ["account", "attempt", "caller", "event", "export", "password", "race", "revocation", "session", "user", "verification"]

# What cannot hold there, and why.
EXCLUDED = {}
AT_ONCE = "another server than the one that was told may believe its memory for a second"
OF_SEVERAL_SERVERS = {
    "CallerServiceTest#otherRolesCountAtOnceForEveryKeyOfTheCaller": AT_ONCE,
    "PasswordServiceTest#aPasswordThatIsSetEndsTheSessionsUnlessToldOtherwise": AT_ONCE,
}


def run(names):
    chosen = names or FEATURES
    with Cluster(1) as cluster:
        cluster.start()
        single = on("a single MariaDB", cluster, [cluster.url()], chosen, EXCLUDED)
    with Cluster() as cluster:
        cluster.start()
        urls = [cluster.url(number) for number in range(len(cluster.nodes))]
        spread = on("three nodes", cluster, urls, chosen, {**EXCLUDED, **OF_SEVERAL_SERVERS})
    return single or spread


def on(what, cluster, urls, chosen, excluded):
    version = cluster.nodes[0].ask("SELECT VERSION()")
    print(f"{what}, {version}: {', '.join(chosen)}; without {', '.join(excluded) or 'exception'}", flush=True)
    tests = [name if "." in name or name[0].isupper() else f"dev.doorward.{name}.*Test" for name in chosen]
    tests += [f"!{name}" for name in excluded]
    command = ["mvn", "-q", "--batch-mode", "--no-transfer-progress", "test", "-pl", "proto,near-cache,server"]
    command += [f"-Dtest={','.join(tests)}", "-Dsurefire.failIfNoSpecifiedTests=false"]
    command += [f"-Ddoorward.test.database-url={' '.join(urls)}", "-Ddoorward.test.database-user=doorward_owner"]
    command += [f"-Ddoorward.test.database-password={cluster.password}"]
    failed = subprocess.run(command).returncode
    print(f"{what}: {'failed' if failed else 'passed'}", flush=True)
    return failed
