"""`serve`, `worker`, `migrate` and `demo`."""

import asyncio
import os
import signal
import sys
import time

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from app.commands.installation import Installation, installation
from app.core import log
from app.core.db import asyncpg_url
from app.core.installation import Purpose
from app.demo import load as demo
from app.demo.county import county
from app.main import install_keys, open_database, open_jobs, open_shelf, open_storage
from app.supervisor import Children
from app.worker import WorkerLimits, run_worker

READY_SECONDS = 60
console = Console(stderr=True)


def serve(*, with_demo: bool, workers: int, host: str | None, port: int | None) -> int:
    """Run database, worker and API until Ctrl-C; answers the exit code."""
    # Every process must know the address: codes on paper lead to it.
    given = {"SHIXUN_HOST": host, "SHIXUN_PORT": port}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    with installation() as here:
        if not here.settings.is_production:
            here.migrate()
        if with_demo:
            load_demo(here)
        address = (here.settings.host, here.settings.port)
        children = Children(here.environment)
        children.start("worker", ["-m", "app.cli", "worker"])
        children.start("api", _uvicorn(*address, workers))
        try:
            if _is_up(children, *address):
                _greet(here, *address, with_demo=with_demo)
            return children.wait()
        finally:
            children.end()


def _uvicorn(host: str, port: int, workers: int) -> list[str]:
    return [
        *("-m", "uvicorn", "app.main:from_environment", "--factory", "--no-access-log", "--no-server-header"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--log-level", "warning", "--timeout-graceful-shutdown", "20"),
    ]


def _is_up(children: Children, host: str, port: int) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in children.processes.values()):
        try:
            if httpx.get(f"http://{host}:{port}/healthz", timeout=1, trust_env=False).status_code == httpx.codes.OK:
                return True
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def _greet(here: Installation, host: str, port: int, *, with_demo: bool) -> None:
    base = f"http://{host}:{port}"
    console.print(
        f"\n[bold]Shixun 师训[/bold] serves on {base}\n"
        f"  API documentation  {base}/docs\n  GraphQL            {base}/graphql"
    )
    where = f"embedded PostgreSQL in {here.home}" if here.embedded else "the PostgreSQL of DATABASE_URL"
    console.print(f"  data               {where}")
    if with_demo:
        console.print(
            "  demo sign-ins      bureau, training_school, central_school, school, teacher; password shixun-demo\n"
            "                     (synthetic data 演示数据，均为合成)"
        )
    console.print("  stop with Ctrl-C\n")


def load_demo(here: Installation, *, scale: float = 1.0) -> None:
    """Load the demo county if the database is empty, with a progress bar; says so if it is not."""
    install_keys(here.settings)

    owner = demo.Owner(asyncpg_url(here.owner_url), here.owner_role)
    found = asyncio.run(demo.standing(owner))
    if found is demo.Standing.TAKEN:
        console.print("the database already has data; the demo county is not loaded again")
        return
    if found is demo.Standing.UNFINISHED:
        console.print("an earlier load of the demo county was not finished; starting over")
        here.empty()

    async def run() -> None:
        made = county(scale)
        await demo.prepare(owner, Purpose.DEMO, made)
        database = open_database(here.settings)
        with _progress() as bar:
            tasks: dict[str, TaskID] = {}

            def report(stage: str, done: int, total: int) -> None:
                task = tasks.setdefault(stage, bar.add_task(stage, total=total) if stage not in tasks else tasks[stage])
                bar.update(task, completed=done, total=total)

            await demo.load(database, made, report)
        await database.close()
        await demo.finish(owner)

    asyncio.run(run())


def _progress() -> Progress:
    return Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def work(limits: WorkerLimits | None = None) -> None:
    """Run jobs until told to stop."""
    with installation() as here:
        log.configure(level=here.settings.log_level)
        install_keys(here.settings)

        async def run() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop.set)
            database = open_database(here.settings)
            registry = open_jobs(open_storage(here.settings), open_shelf(here.settings))
            await run_worker(database, registry, stop=stop, limits=limits)
            await database.close()

        asyncio.run(run())


def migrate() -> None:
    """Bring the database to the newest migration."""
    with installation() as here:
        here.migrate()
    print("migrations are at head", file=sys.stderr)


def demo_only(scale: float) -> None:
    """Migrate and load the demo county."""
    with installation() as here:
        here.migrate()
        load_demo(here, scale=scale)
