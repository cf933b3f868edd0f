"""The errors of this package: one tree, each message naming the thing, the value and the fix."""


class UpstreamsError(Exception):
    """Base of everything this package raises on purpose."""


class RecordsError(UpstreamsError):
    """A records folder cannot be served: it is missing, empty, or holds broken files."""


class OrderError(UpstreamsError):
    """A fault order sent to `/control` is not valid; nothing was changed."""


class ParameterError(UpstreamsError):
    """A ClinicalTrials.gov request the real service would answer with 400 and this text."""
