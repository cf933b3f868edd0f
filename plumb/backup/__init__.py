"""Backups on request: one now, the list, the proof that they restore, and a restore."""
