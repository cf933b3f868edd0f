"""Triage of messages to a support desk: a graph that is not the service's."""
