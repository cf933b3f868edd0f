"""The `process` target: the stack's service on this machine, with nothing beside it."""
