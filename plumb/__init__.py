"""The stack's command line: check, show, render, up, status and down."""
