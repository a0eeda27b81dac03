"""The command line. Each command loads what it needs when it is run, so that all start fast."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.plainly import plainly

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Greenlight answers what somebody may do with which AI tool, and why.",
)

Knowledge = Annotated[
    Path | None, typer.Option(help="Folder of the knowledge base (GREENLIGHT_KNOWLEDGE).")
]
Prompts = Annotated[Path | None, typer.Option(help="Folder of the templates (GREENLIGHT_PROMPTS).")]


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="Leave it out to talk.")] = None,
    *,
    as_: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="Who asks: an id of people.yaml.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read and print one JSON object a line.")
    ] = False,
    knowledge: Knowledge = None,
    prompts: Prompts = None,
) -> None:
    """Ask what may be done with an AI tool."""
    with plainly():
        settings = _settings(knowledge=knowledge, prompts=prompts)
        from bot.cli import asking

        form: asking.Form = "jsonl" if jsonl else "json" if json else "text"
        raise typer.Exit(asking.run(settings, question, as_, form))


@cli.command()
def check(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: Knowledge = None,
    prompts: Prompts = None,
) -> None:
    """Check the knowledge base and the templates, and name every mistake."""
    with plainly():
        settings = _settings(knowledge=knowledge, prompts=prompts)
        from bot.cli import checking

        raise typer.Exit(checking.run(settings, as_json=json))


@cli.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on, or the next free one.")] = 8321,
    knowledge: Knowledge = None,
    prompts: Prompts = None,
) -> None:
    """Open the playground: a web page to ask from, on this computer only."""
    with plainly():
        settings = _settings(knowledge=knowledge, prompts=prompts)
        gc.enable()
        from handlers.web import serve

        serve(settings, host=host, port=port)


@cli.command()
def explain(
    answer_id: Annotated[str, typer.Argument(help="The id under the answer, as a-1m82f…")],
    knowledge: Knowledge = None,
) -> None:
    """Show what an answer was made of, and judge it again."""
    with plainly():
        settings = _settings(knowledge=knowledge)
        import asyncio

        from bot.cli.record import explained

        typer.echo(asyncio.run(explained(settings, answer_id)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date. SQLite does so by itself whenever it is opened."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.database import migrated

        typer.echo(asyncio.run(migrated(settings.database)))


@cli.command()
def schemas(folder: Annotated[Path, typer.Argument(help="Folder to write them to.")]) -> None:
    """Write JSON Schemas of the knowledge files, for editors."""
    with plainly():
        from bot.knowledge.schema import export_schemas

        for path in export_schemas(folder):
            typer.echo(path)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark instead of failing.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    from bot.log import to_stderr

    to_stderr(logging.WARNING)
    # Starting makes many objects that stay. Looking for garbage among them takes a fifth of the
    # time; commands that go on for longer turn it on again.
    gc.disable()
    try:
        cli(prog_name="greenlight")
    except KeyboardInterrupt:
        sys.exit(130)


def _settings(**given: Any) -> Any:
    from bot import settings

    return settings.read(**given)


if __name__ == "__main__":
    main()
