"""`orchestrator`: the service's command line."""

import gc


def main() -> None:
    """Run the command line."""
    gc.disable()  # nothing that is imported is garbage; a service turns it on when it is ready
    from runtime.cli.command import main as run  # noqa: PLC0415  # imports without the collector

    run()
