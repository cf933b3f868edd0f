"""Errors around add-ons."""

from plumb.errors import PlumbError


class AddonError(PlumbError):
    """The cluster lacks an add-on, or has another one; the message says who asks and what to do."""
