"""Errors that a person can mend, with the exit code each gives."""

OK, BROKEN, BAD_INPUT, FAILED, RISKY = 0, 1, 2, 3, 4
"""Exit codes: fine, a rule is broken, the input is wrong, the work failed, and a consequence that
the caller named is there."""


class PlumbError(Exception):
    """Something went wrong that the message explains; nothing was lost."""

    exit_code = FAILED


class ProjectError(PlumbError):
    """A project or stack that is not there; the message says what to do."""

    exit_code = BAD_INPUT


class ProcessError(PlumbError):
    """The process could not be run; the message says why and what to do."""
