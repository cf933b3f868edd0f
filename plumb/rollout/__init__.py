"""Waits for what runs to be what was asked for, and says why when it is not."""
