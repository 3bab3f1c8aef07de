"""Commands of the job queue: `flask jobs work`, `list`, `dead`, `retry`."""

import importlib

import click
from flask import current_app
from flask.cli import AppGroup

from core import clock
from core.db import transaction
from core.jobs import queue
from core.jobs.models import Job, JobState

cli = AppGroup("jobs", help="The queue of work and its worker.")


@cli.command()
@click.option("--once", is_flag=True, help="Run one job that is due, then end.")
@click.option("--until-empty", is_flag=True, help="Run every job that is due, then end.")
def work(once: bool, until_empty: bool) -> None:
    """Run jobs until stopped by SIGTERM or SIGINT."""
    from core.jobs.worker import Worker, run_next

    for module in current_app.extensions["job_modules"]:
        importlib.import_module(module)
    worker = Worker()
    worker.stop_on_signals()
    if once:
        run_next()
    elif until_empty:
        worker.run_until_empty()
    else:
        worker.run()


@cli.command("list")
def list_open() -> None:
    """Jobs that wait or run."""
    _show(queue.list_jobs(JobState.PENDING, JobState.RUNNING))


@cli.command()
def dead() -> None:
    """Jobs that were given up on."""
    _show(queue.list_jobs(JobState.DEAD))


@cli.command()
@click.argument("job_id", type=int, required=False)
@click.option(
    "--all", "name", metavar="NAME", help="All jobs of this name that are dead or wait after a failure."
)
def retry(job_id: int | None, name: str | None) -> None:
    """Give the dead job JOB_ID its tries again, or with --all NAME every failed job of that name."""
    if (job_id is None) == (name is None):
        raise click.UsageError("say either the number of a job or --all NAME")
    if name is not None:
        with transaction():
            count = queue.retry_all(name, now=clock.now())
        click.echo(f"{count} jobs {name} are pending again.")
        return
    try:
        with transaction():
            queue.retry(job_id or 0, now=clock.now())
    except queue.JobNotFoundError:
        raise click.ClickException(f"no dead job has the number {job_id}") from None
    click.echo(f"Job {job_id} is pending again.")


def _show(jobs: list[Job]) -> None:
    for job in jobs:
        due = job.run_after_at.strftime("%Y-%m-%d %H:%M:%SZ")
        click.echo(
            f"{job.id:>8}  {job.state:<8} {job.attempts}/{queue.TRIES_MAX}  {due}  {job.name}  {job.payload}"
        )
        if job.last_error:
            click.echo(f"          {job.last_error.splitlines()[0]}")
    click.echo(f"{len(jobs)} jobs")
