"""Serves the pack to the engine that started it."""

from pulumi_policy import PolicyPack

from policy import configuration
from policy.pack import policies

configuration.keep()
PolicyPack("plumbline", policies())
