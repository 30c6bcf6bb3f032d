"""The verb `study`."""

import typer


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
