"""Compares the live cluster with the program, property by property; reads only."""

from plumb.drift.drift import Drift, drift

__all__ = ["Drift", "drift"]
