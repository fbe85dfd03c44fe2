"""A program of one command that does nothing, as the floor of what a command line costs."""

import typer

app = typer.Typer()


@app.command()
def main() -> None:
    """Do nothing."""


app()
