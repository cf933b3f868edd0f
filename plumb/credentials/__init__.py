"""The Secrets that a stack names: made once, never shown, never kept by us."""

from plumb.credentials.access import read_api_key
from plumb.credentials.creation import create
from plumb.credentials.error import CredentialsError
from plumb.credentials.report import Report

__all__ = ["CredentialsError", "Report", "create", "read_api_key"]
