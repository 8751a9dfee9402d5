"""The `shixun` command."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands import data, doctoring, exporting, following, generated, importing, remote, serving
from app.commands import ledger as ledger_commands
from app.commands import scorecard as scorecard_commands

Server = Annotated[str, typer.Option(envvar="SHIXUN_SERVER", help="Address of the service.")]
Bearer = Annotated[str | None, typer.Option("--token", envvar="SHIXUN_TOKEN", help="Access token.")]
Username = Annotated[
    str | None,
    typer.Option(help="Sign in instead of giving a token; SHIXUN_CLIENT_ID and SHIXUN_CLIENT_SECRET do too."),
]
Password = Annotated[str | None, typer.Option(envvar="SHIXUN_PASSWORD", help="Asked for when absent.")]
Timeout = Annotated[float, typer.Option(min=0, help="Minutes to wait at most.")]
Mode = Literal["validate", "commit"]
OnError = Literal["abort", "skip"]
Form = Literal["csv", "xlsx", "ndjson"]
EXIT_CODES = (
    "Exit codes: 0 done; 1 refused; 2 rows with faults (with --on-error skip the others are applied); 3 not finished"
    " yet, call again; 4 no connection, call again."
)
app = typer.Typer(help="Shixun 师训: the teacher-development backend of a county.", no_args_is_help=True)
ledger = typer.Typer(help="The hours ledger.", no_args_is_help=True)
account = typer.Typer(help="Accounts.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")
app.add_typer(account, name="account")


@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the synthetic demo county if the database is empty.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=32, help="API processes.")] = 1,
    host: Annotated[str | None, typer.Option(help="Address to listen on; SHIXUN_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; SHIXUN_PORT.")] = None,
) -> None:
    """Run database, migrations, worker and API until Ctrl-C."""
    raise typer.Exit(serving.serve(with_demo=demo, workers=workers, host=host, port=port))


@app.command()
def worker() -> None:
    """Run background jobs until told to stop."""
    serving.work()


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    serving.migrate()


@app.command()
def demo(scale: Annotated[float, typer.Option(min=0.01, max=1, help="Part of the county's size.")] = 1.0) -> None:
    """Migrate and load the synthetic demo county into an empty database."""
    serving.demo_only(scale)


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation and how to mend it."""
    raise typer.Exit(doctoring.examine())


@app.command()
def region(
    code: Annotated[int, typer.Argument(min=100000, max=999999, help="GB/T 2260 code.")],
    name: Annotated[str, typer.Argument(help="Name of the region.")],
    bureau: Annotated[str, typer.Option(help="Name of its education bureau.")],
) -> None:
    """Add a region for real use, with its bureau and the desk 教师教育科."""
    raise typer.Exit(data.create_region(code, name, bureau))


@app.command()
def keys() -> None:
    """Print a fresh set of keys as environment variables, for production."""
    doctoring.print_keys()


@app.command()
def clauses(all_: Annotated[bool, typer.Option("--all", help="Every clause, not only the open ones.")] = False) -> None:
    """Print the clauses of the regulation that have no code or no test."""
    generated.print_clauses(every=all_)


@app.command(name="generated")
def write_generated(
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit 1 if a file is out of date.")] = False,
) -> None:
    """Write openapi/ and the generated pages of docs/, or check that they are in sync."""
    raise typer.Exit(generated.write(check=check))


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    generated.print_openapi()


@app.command()
def token(
    username: Annotated[str, typer.Argument(help="Sign-in name.")],
    server: Server = remote.SERVER,
    password: Annotated[str | None, typer.Option(envvar="SHIXUN_PASSWORD", help="Asked for when absent.")] = None,
) -> None:
    """Sign in and print an access token."""
    raise typer.Exit(remote.print_token(server, username, password))


@app.command(name="import", epilog=EXIT_CODES)
def import_file(
    kind: Annotated[str, typer.Argument(help="organisations, teachers, hours_entries or research_hours.")],
    file: Annotated[str, typer.Argument(help="An .xlsx, .xls, .csv or .ndjson file.")],
    server: Server = remote.SERVER,
    mode: Annotated[Mode, typer.Option(help="validate: only check; commit: check, then apply.")] = "validate",
    on_error: Annotated[OnError, typer.Option(help="abort: all or nothing; skip: leave faulty rows out.")] = "abort",
    bearer: Bearer = None,
    username: Username = None,
    password: Password = None,
    report: Annotated[
        str | None, typer.Option(help="Write what became of each row to this .csv, .xlsx or .json file.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of the workbook, where several have data; * for all")] = None,
    school_year: Annotated[str | None, typer.Option(help="School year of the whole file, such as 2026-2027.")] = None,
    watch: Annotated[bool, typer.Option("--watch/--no-watch", help="Follow the import to its end.")] = True,
    timeout: Timeout = 60.0,
    force: Annotated[bool, typer.Option("--force", help="Import a file that was imported before.")] = False,
) -> None:
    """Import a clerk's file with a progress bar 批量导入.

    After a broken line or a closed terminal, the same command finds the import that the file began and goes on.
    """
    wish = importing.Wish(kind, Path(file), mode, on_error, sheet, school_year, force, report)
    patience = following.Patience.of(timeout, is_watching=watch)
    raise typer.Exit(importing.import_file(remote.Caller(server, bearer, username, password), wish, patience))


@app.command(name="export", epilog=EXIT_CODES)
def export_file(
    kind: Annotated[
        str, typer.Argument(help="organisations, teachers, hours_entries or a report, see GET /v1/export-kinds.")
    ],
    reason: Annotated[str, typer.Option(help="What the file is for; kept on record.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write, else KIND.FORMAT.")] = None,
    form: Annotated[Form | None, typer.Option("--format", help="Else by the ending of --output, else csv.")] = None,
    filters: Annotated[list[str] | None, typer.Option("--filter", help="name=value, once or more.")] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="With numbers of persons in full; .xlsx, and a second person agrees.")
    ] = False,
    export: Annotated[str | None, typer.Option("--id", help="Go on with this export, whatever else is given.")] = None,
    server: Server = remote.SERVER,
    bearer: Bearer = None,
    username: Username = None,
    password: Password = None,
    watch: Annotated[bool, typer.Option("--watch/--no-watch", help="Wait until a second person has agreed.")] = False,
    timeout: Timeout = 60.0,
) -> None:
    """Export rows to a file with a progress bar 批量导出; the number of the export is printed.

    More than 500 rows need a second person: exit 3 until then, and the same command goes on with what was asked for.
    """
    place = output or Path(f"{kind}.{form or 'csv'}")
    asked = exporting.Wish(
        kind, exporting.format_of(form, place), exporting.filters_of(filters or []), reason, unmasked, place, export
    )
    patience = following.Patience.of(timeout, is_watching=watch)
    raise typer.Exit(exporting.export_file(remote.Caller(server, bearer, username, password), asked, patience))


@app.command()
def certificate(
    staff_no: Annotated[str, typer.Argument(help="Staff number of the teacher 教职工号.")],
    year: Annotated[str, typer.Argument(help="School year, such as 2025-2026.")],
    out: Annotated[str | None, typer.Option(help="File to write; the number with .pdf when absent.")] = None,
    server: Server = remote.SERVER,
    bearer: Bearer = None,
    username: Username = None,
    password: Password = None,
) -> None:
    """Issue the hours certificate of a teacher and save its PDF 学时证明."""
    who = remote.Caller(server, bearer, username, password)
    raise typer.Exit(remote.certificate(who, staff_no, year, out))


@app.command("scorecard")
def show_scorecard(
    year: Annotated[int, typer.Argument(min=2022, max=2100, help="Calendar year, such as 2026.")],
    server: Server = remote.SERVER,
    bearer: Bearer = None,
    username: Username = None,
    password: Password = None,
) -> None:
    """Print the performance scorecard of a calendar year with its totals 绩效评级."""
    raise typer.Exit(scorecard_commands.show(remote.Caller(server, bearer, username, password), year))


@ledger.command()
def verify(
    heads: Annotated[
        Path | None, typer.Option(help="Heads kept earlier (`shixun ledger heads`): they must still be in the chain.")
    ] = None,
) -> None:
    """Check summaries, counters and every seal against the entries of the ledger; exit 1 at a difference."""
    raise typer.Exit(ledger_commands.verify(heads))


@ledger.command(name="heads")
def print_heads() -> None:
    """Print the head of every seal, one JSON object a line, to be kept elsewhere."""
    raise typer.Exit(ledger_commands.print_heads())


@ledger.command()
def new_epoch() -> None:
    """After going back to an earlier state (point-in-time recovery): count positions afresh; stop the service first."""
    raise typer.Exit(ledger_commands.new_epoch())


@ledger.command("explain")
def explain_hours(
    staff_no: Annotated[str, typer.Argument(help="Staff number of the teacher.")],
    year: Annotated[str, typer.Argument(help="School year, such as 2026-2027.")],
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As it stood at the end of this day, YYYY-MM-DD.")] = None,
    server: Server = remote.SERVER,
    bearer: Bearer = None,
    username: Username = None,
    password: Password = None,
) -> None:
    """Print how a teacher's hours come about: every entry, what was cut off, and by which clause."""
    who = remote.Caller(server, bearer, username, password)
    raise typer.Exit(remote.explain_hours(who, staff_no, year, category=category, as_of=as_of))


@account.command("create")
def create_account(
    username: str,
    role: Annotated[str, typer.Option(help="bureau, training_school, central_school, school or teacher.")],
    region: Annotated[int, typer.Option(help="Six-digit code of the region.")],
    organisation: Annotated[str, typer.Option(help="Code or exact name of the organisation.")],
    department: Annotated[str | None, typer.Option(help="Department code of a bureau desk.")] = None,
    name: Annotated[str | None, typer.Option(help="Name to show.")] = None,
) -> None:
    """Create an account on the configured database; its password is printed once."""
    raise typer.Exit(data.create_account(username, role, region, organisation, department, name))


def main() -> None:
    """Entry point."""
    app()


if __name__ == "__main__":
    main()
