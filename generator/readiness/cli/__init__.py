"""The command `readiness`: thin commands over the packages; heavy imports stand inside the commands."""

from readiness.cli.main import main

__all__ = ["main"]
