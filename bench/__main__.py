"""`make bench`: prints every benchmark as a Markdown table."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator

from bench import commands, deploy, diff, graph, saver, service, workflows
from bench.compare import table
from bench.peers.durable import durable
from bench.peers.matrix import matrix

_CLUSTER_ROUNDS = 5
"""Rounds of what takes a minute and more each."""

_PARKED_ROUNDS = 3
"""Rounds of parking hundreds of runs."""


def main() -> None:
    """Run the benchmarks and print their tables."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds of each")
    parser.add_argument("--only-peers", action="store_true", help="only the service beside others")
    asked = parser.parse_args()
    write = sys.stdout.write
    write(f"{platform.machine()}, Python {platform.python_version()}, {asked.rounds} rounds each\n")
    for text in _peers(asked.rounds) if asked.only_peers else _all(asked.rounds):
        write(text + "\n")
        sys.stdout.flush()


def _all(rounds: int) -> Iterator[str]:
    for title, series in (
        ("plumb check", commands.check(rounds)),
        ("plumb render", commands.render(rounds)),
        ("plumb diff", diff.diff(rounds)),
        ("service: start until ready", service.start(rounds)),
        ("service: idle memory", service.idle_memory()),
        ("graph: a run without upstream work", graph.overhead(rounds)),
        (saver.TITLE, saver.throughput(rounds)),
        (workflows.TITLE, workflows.scaling(min(rounds, _CLUSTER_ROUNDS))),
        ("a stack on a local cluster", deploy.deploy(min(rounds, _CLUSTER_ROUNDS))),
    ):
        yield table(title, series)
    yield from _peers(rounds)


def _peers(rounds: int) -> Iterator[str]:
    yield f"\nload of the machine before: {_load()}"
    yield from matrix(rounds)
    yield from durable(min(rounds, _PARKED_ROUNDS))
    yield f"\nload of the machine after: {_load()}"


def _load() -> str:
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


if __name__ == "__main__":
    main()
