"""`python -m runtime`: the same as `orchestrator`."""

from runtime.cli import main

if __name__ == "__main__":
    main()
