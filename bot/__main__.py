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
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", envvar="PORT")] = 8322,
) -> None:
    """Answer Slack, Teams and programs: take in, answer, post."""
    with plainly():
        settings = _settings()
        gc.enable()
        from handlers.server import serve as run

        run(settings, host=host, port=port)


@cli.command()
def worker() -> None:
    """Answer what `serve` has taken in. Any number of them, on PostgreSQL."""
    with plainly():
        settings = _settings()
        gc.enable()
        from handlers.worker import work

        work(settings)


@cli.command()
def doctor(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look whether everything is in order, and say how to put right what is not."""
    with plainly():
        from bot.cli.doctor import run

        raise typer.Exit(run(as_json=json))


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


@cli.command()
def mcp(
    as_: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="Who asks: an id of people.yaml.")
    ] = None,
) -> None:
    """Be an MCP server on standard input and output, for an assistant on this machine."""
    with plainly():
        settings = _settings()
        gc.enable()
        from handlers.mcp import run

        run(settings, as_)


inbox = typer.Typer(no_args_is_help=True, help="What could not be answered or posted.")
cli.add_typer(inbox, name="inbox")


@inbox.command("list")
def inbox_list() -> None:
    """List what was given up, with the number to run it again."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.inbox import listed

        typer.echo(asyncio.run(listed(settings)))


@inbox.command("requeue")
def inbox_requeue(
    number: Annotated[str, typer.Argument(help="The number of `greenlight inbox list`.")],
) -> None:
    """Run something again that was given up."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.inbox import requeued

        typer.echo(asyncio.run(requeued(settings, number)))


slack = typer.Typer(no_args_is_help=True, help="Setting up Slack.")
cli.add_typer(slack, name="slack")


@slack.command("manifest")
def slack_manifest(
    *,
    socket: Annotated[bool, typer.Option(help="For Socket Mode: no public address.")] = False,
) -> None:
    """Print the manifest of the Slack app, with this server's address in it."""
    with plainly():
        settings = _settings()
        from handlers.slack.manifest import written

        typer.echo(written("" if socket else settings.public_url), nl=False)


teams = typer.Typer(no_args_is_help=True, help="Setting up Teams.")
cli.add_typer(teams, name="teams")


@teams.command("package")
def teams_package(
    folder: Annotated[Path, typer.Argument(help="Folder to write it to.")] = Path(),
) -> None:
    """Write the app package to be uploaded to Teams."""
    with plainly():
        settings = _settings()
        from handlers.teams.package import run

        typer.echo(run(settings, folder))


keys = typer.Typer(no_args_is_help=True, help="Keys for programs that ask over HTTP.")
cli.add_typer(keys, name="keys")


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(help="What the key is for, as: wiki search.")],
    *,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="PERSON",
            help="The one person it acts for: an id or an e-mail address. Left out: the person "
            "each call names.",
        ),
    ] = None,
    any_person: Annotated[
        bool,
        typer.Option(
            "--any-person", help="Let calls describe people whom the directory does not know."
        ),
    ] = False,
) -> None:
    """Make a key and print it, once."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.keys import added

        text = asyncio.run(added(settings, name, as_, any_person=any_person))
        typer.echo("This is the key. It is not kept and cannot be shown again.", err=True)
        typer.echo(text)


@keys.command("list")
def keys_list() -> None:
    """List all keys: whom they act for, and when they were used last."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.keys import listed

        typer.echo(asyncio.run(listed(settings)))


@keys.command("revoke")
def keys_revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id of `greenlight keys list`.")],
) -> None:
    """End a key. What uses it is refused from the next call on."""
    with plainly():
        settings = _settings()
        import asyncio

        from bot.cli.keys import revoked

        typer.echo(asyncio.run(revoked(settings, key_id)))


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
