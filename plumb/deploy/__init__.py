"""Brings a stack to a cluster and back: target, images, engine, credentials, rollout, address."""
