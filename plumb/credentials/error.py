"""Errors around credentials; none ever repeats a value."""

from plumb.errors import BAD_INPUT, PlumbError


class CredentialsError(PlumbError):
    """A Secret could not be read or made; the message says why and what to do."""


class MissingValueError(CredentialsError):
    """A value that only a person can give is missing; the message names its variable."""

    exit_code = BAD_INPUT
