"""The images that a target without a registry needs, built from packages and this project."""
