"""Machines on this machine: network namespaces on a bridge, each with an address."""

import os
import subprocess

NOBODY = "02:00:00:00:00:fe"


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


class Network:
    """A bridge, which this machine has the first address of. It ends with all that is on it."""

    def __init__(self):
        self.name = f"dwg{os.getpid()}"
        self.prefix = next(prefix for prefix in (f"10.213.{number}" for number in range(256)) if not self._taken(prefix))
        self.machines = []
        ip("link", "add", self.name, "type", "bridge")
        ip("address", "add", f"{self.prefix}.1/24", "dev", self.name)
        ip("link", "set", self.name, "up")

    def machine(self):
        machine = Machine(self, len(self.machines) + 1)
        self.machines.append(machine)
        return machine

    def close(self):
        for machine in self.machines:
            ip("netns", "delete", machine.namespace)
        ip("link", "delete", self.name)

    @staticmethod
    def _taken(prefix):
        addresses = subprocess.run(["ip", "-4", "address"], check=True, stdout=subprocess.PIPE, text=True).stdout
        return f" {prefix}." in addresses


class Machine:
    """A network namespace with one interface."""

    def __init__(self, network, number):
        self.namespace = f"{network.name}n{number}"
        self.address = f"{network.prefix}.{number + 1}"
        ip("netns", "add", self.namespace)
        ip("link", "add", self.namespace, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        ip("link", "set", self.namespace, "master", network.name, "up")
        ip("-n", self.namespace, "address", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.namespace, "link", "set", "eth0", "up")
        ip("-n", self.namespace, "link", "set", "lo", "up")

    def command(self, *arguments):
        return ["ip", "netns", "exec", self.namespace, *arguments]

    def lose(self, other):
        """What is sent to the other goes to nobody, without a word."""
        ip("-n", self.namespace, "neighbour", "replace", other.address, "lladdr", NOBODY, "dev", "eth0", "nud", "permanent")

    def find(self, other):
        ip("-n", self.namespace, "neighbour", "delete", other.address, "dev", "eth0")


def cut(some, others):
    for one in some:
        for other in others:
            one.lose(other)
            other.lose(one)


def mend(some, others):
    for one in some:
        for other in others:
            one.find(other)
            other.find(one)
