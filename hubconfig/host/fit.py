"""Faults between a stack file and the engine's host, and advice where there is no fault."""

import errno
import sys
from collections.abc import Iterator
from socket import gethostname

from ..configuration import Configuration
from ..model import Fault
from ..ports import Port
from ..servers import MIB
from ..stack import Stack
from ..values.urls import is_loopback
from . import machine
from .engine import EngineHost
from .subnet import Subnet

ENGINES_MTU = 1500
"""The largest packet of a network for which nothing else is said, in bytes."""


class Host:
    """An engine's host, compared with what a stack needs of it.

    The constructor and every method raise `NotSeenError` if the engine does not answer.
    """

    def __init__(self, config: Configuration, stack: Stack) -> None:
        self._config, self._stack = config, stack
        self._engine = EngineHost(config.docker)
        # In a container that has the engine's socket, gethostname() is the container's name.
        here = config.docker.is_local and self._engine.name == gethostname()
        self._is_this_machine = here and sys.platform == "linux"
        self._subnet = Subnet(
            config.network.subnet,
            stack,
            networks=[*self._engine.networks()],
            routes=[*machine.routes()] if self._is_this_machine else [],
        )

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for what the engine could not do, or what would cut its host off."""
        yield from self._faults_of_ports()
        yield from self._subnet.faults()
        for number, shared in enumerate(self._config.notebook.shared):
            if not shared.is_volume and not self._engine.has(shared.source):
                yield Fault(
                    (f"notebook.shared.{number}.source",),
                    f"notebook.shared: the engine's host has no directory {shared.source}: make "
                    "it there, or give another",
                )

    def advice(self) -> Iterator[Fault]:
        """Yield what works, but may not be what somebody expects."""
        yield from self._subnet.advice()
        yield from self._advice_on_packets()
        yield from self._advice_on_domains()
        notebook = self._config.notebook
        yield from self._advice_on("notebook", "notebook", notebook.memory_mib, notebook.cpus)
        for number, one in enumerate(self._config.profiles):
            place = f"profiles.{number}"
            yield from self._advice_on(f"profile {one.name}", place, one.memory_mib, one.cpus)

    def _advice_on(
        self, who: str, place: str, memory_mib: int | None, cpus: float | None
    ) -> Iterator[Fault]:
        has_memory, has_cpus = self._engine.memory // MIB, self._engine.cpus
        if memory_mib and memory_mib > has_memory:
            sentence = f"{who}: memory_mib is {memory_mib}, but the host has {has_memory} MiB"
            yield Fault((f"{place}.memory_mib",), sentence)
        if cpus and cpus > has_cpus:
            sentence = f"{who}: cpus is {cpus:g}, but the host has {has_cpus}"
            yield Fault((f"{place}.cpus",), sentence)

    def _advice_on_packets(self) -> Iterator[Fault]:
        mtu = self._config.network.mtu or ENGINES_MTU
        uplink = machine.uplink_mtu() if self._is_this_machine else None
        if uplink and uplink < mtu:
            yield Fault(
                ("network.mtu",),
                f"network.mtu: packets of the network have up to {mtu} bytes, but the host's way "
                f"out takes {uplink}: where notebooks' downloads stall, set it to {uplink}, which "
                "replaces the network",
            )

    def _advice_on_domains(self) -> Iterator[Fault]:
        domain = self._config.site.domain
        if domain and not is_loopback(f"http://{domain}") and not machine.resolves(domain):
            yield Fault(
                ("site.user_domains",),
                f"site.user_domains: the DNS that this machine asks has no names below {domain}: "
                f"people cannot open their servers until all of them lead to the hub, such as by a "
                f"record *.{domain}",
            )

    def _faults_of_ports(self) -> Iterator[Fault]:
        for key, port in self._config.ports.items():
            if said := self._refusal(port):
                yield Fault((key, "site.bind_address"), f"{key}: {said}")

    def _refusal(self, port: Port) -> str | None:
        """Return why the engine cannot publish a port; None if it can, or does for this stack."""
        for publisher in self._engine.publishers(port.number):
            if self._stack.has(publisher.labels):
                return None
            if any(port.meets(Port(address, port.number)) for address in publisher.addresses):
                return (
                    f"port {port.number} of the host is published by the container "
                    f"{publisher.name}: give another port, or end that"
                )
        match machine.refusal(port.address, port.number) if self._is_this_machine else None:
            case errno.EADDRINUSE:
                return (
                    f"another program of the host listens on port {port.number}, and `ss -tlnp` "
                    "tells which: give another port, or end that"
                )
            case errno.EADDRNOTAVAIL:
                return (
                    f"the host has no address {port.address}, which site.bind_address says: "
                    "`ip address` lists those that it has"
                )
        return None
