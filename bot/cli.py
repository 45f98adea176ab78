"""The command ``senderdesk``. Each command imports what it needs when it runs, so that ``--help`` is quick."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.contacts.cli import app as contacts
from bot.errors import DeskError
from bot.loa.cli import app as loa
from bot.loading import loading
from bot.rcs.cli import app as rcs
from bot.registrations.cli import app as senderid

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Sender Desk: the support desk of a messaging provider, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(contacts, name="contacts")
app.add_typer(senderid, name="senderid")
app.add_typer(rcs, name="rcs")
app.add_typer(loa, name="loa")


def main() -> None:
    """Run the command line: what a person can mend is one sentence on stderr and exit code 2, not a traceback."""
    try:
        app()
    except DeskError as error:
        typer.echo(error.sentence, err=True)
        sys.exit(2)


def read_settings() -> "Settings":
    """The settings of this machine, from the environment and ``.env``."""
    from bot.settings import load  # noqa: PLC0415 - pydantic takes a third of a second to load

    return load()


@app.command()
def serve() -> None:
    """Run the desk: over Socket Mode with SLACK_APP_TOKEN, over HTTP with SENDERDESK_HTTP_PORT."""
    with loading():
        from bot.app import serve as serve_desk  # noqa: PLC0415 - the whole house

    asyncio.run(serve_desk(read_settings()))


@app.command()
def demo(
    *,
    tour: Annotated[bool, typer.Option(help="Play the story step by step without a browser, then stop.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page listens; 0: any free port.")] = 8800,
    keep: Annotated[Path | None, typer.Option(help="Keep database and files in this folder.", file_okay=False)] = None,
) -> None:
    """Try the desk in a Slack of its own on this machine: no account, no token."""
    from bot.demo import demo as run_demo  # noqa: PLC0415 - the whole house and its sandbox

    sys.exit(asyncio.run(run_demo(tour=tour, port=port, keep=keep)))


@app.command()
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = False,
) -> None:
    """Check every setting and what is behind it, and say how to mend what is wrong; exit 1 if something must be."""
    from bot.doctor.report import report  # noqa: PLC0415 - the whole house

    sys.exit(asyncio.run(report(read_settings(), as_json=as_json)))


@app.command()
def manifest(
    http: Annotated[str, typer.Option(help="The https address under which Slack reaches this host.")] = "",
) -> None:
    """Print the Slack app's manifest, for Socket Mode or with --http for HTTP mode."""
    from bot.manifest import as_text, load, over_http  # noqa: PLC0415 - reads YAML

    socket_mode = load()
    typer.echo(as_text(over_http(socket_mode, http) if http else socket_mode), nl=False)


@app.command()
def migrate(
    write: Annotated[str, typer.Option(hidden=True, help="Write the next revision.")] = "",
) -> None:
    """Bring the database's tables up to date."""

    async def bring_up_to_date() -> None:
        from bot.storage.database import Database  # noqa: PLC0415 - SQLAlchemy

        database = Database(read_settings().database_url)
        await database.open()
        await database.close()

    if write:
        from bot.schema import write_revision  # noqa: PLC0415 - the whole house's tables

        typer.echo(write_revision(write))
    else:
        asyncio.run(bring_up_to_date())
        typer.echo("The database is up to date.")
