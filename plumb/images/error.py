"""Errors of building images."""

from plumb.errors import BAD_INPUT, PlumbError


class ImageError(PlumbError):
    """An image could not be built; the message has the builder's last lines."""


class UnbuildableError(ImageError):
    """An image that cannot be built from what the profile or this machine says; has the fix."""

    exit_code = BAD_INPUT
