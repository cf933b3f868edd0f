"""`python -m plumb.cli`, for where no script is installed."""

from plumb.cli.command import main

main()
