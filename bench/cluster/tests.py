"""The server's tests, on databases that are not the embedded one."""

import subprocess

from .nodes import Cluster

FEATURES = ["account", "attempt", "caller", "event", "export", "password", "race", "revocation", "session", "user", "verification"]

# What cannot hold there, and why.
AT_ONCE = "another server than the one that was told may believe its memory for a second"
OF_SEVERAL_SERVERS = {
    "CallerServiceTest#aCallerRotatesItsKeysOneAfterTheOther": AT_ONCE,
    "CallerServiceTest#aRepeatedRequestGivesTheSameKeyAFreshSecret": AT_ONCE,
    "CallerServiceTest#aRevokedKeyIsGone": AT_ONCE,
    "CallerServiceTest#otherRolesCountAtOnceForEveryKeyOfTheCaller": AT_ONCE,
    "PasswordServiceTest#aPasswordThatIsSetEndsTheSessionsUnlessToldOtherwise": AT_ONCE,
    "RevokeRaceTest#noUseOfASessionBringsItBackOnce*": AT_ONCE,
}


def run(names, nodes_alone):
    chosen = names or FEATURES
    single = 0 if nodes_alone else on_one(chosen)
    return on_three(chosen) or single


def on_one(chosen):
    with Cluster(1) as cluster:
        cluster.start()
        return on("a single MariaDB", cluster, [cluster.url()], chosen, {})


def on_three(chosen):
    with Cluster() as cluster:
        cluster.start()
        urls = [cluster.url(number) for number in range(len(cluster.nodes))]
        return on("three nodes", cluster, urls, chosen, OF_SEVERAL_SERVERS)


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
