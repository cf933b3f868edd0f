"""`make bench`: prints every benchmark as a Markdown table."""

import argparse
import platform
import sys

from bench import commands, deploy, diff, graph, service
from bench.compare import table

_CLUSTER_ROUNDS = 5
"""Rounds of what takes a minute and more each."""


def main() -> None:
    """Run the benchmarks and print their tables."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds of each")
    rounds = parser.parse_args().rounds
    write = sys.stdout.write
    write(f"{platform.machine()}, Python {platform.python_version()}, {rounds} rounds each\n")
    for title, series in (
        ("plumb check", commands.check(rounds)),
        ("plumb render", commands.render(rounds)),
        ("plumb diff", diff.diff(rounds)),
        ("service: start until ready", service.start(rounds)),
        ("service: idle memory", service.idle_memory()),
        ("graph: a run without upstream work", graph.overhead(rounds)),
        ("a stack on a local cluster", deploy.deploy(min(rounds, _CLUSTER_ROUNDS))),
    ):
        write(table(title, series) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
