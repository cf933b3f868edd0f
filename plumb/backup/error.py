"""Errors of backups and restores."""

from plumb.errors import BAD_INPUT, PlumbError


class BackupError(PlumbError):
    """A job of the backups failed; the message has its last lines."""


class BackupInputError(BackupError):
    """What was asked for is not there, or cannot be; the message says what can."""

    exit_code = BAD_INPUT
