"""The verbs of `python -m survival VERB`, which the Makefile's verbs call."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from survival import catalog, records, system
from survival.capture import clock, plan, run
from survival.capture import publish as publishing
from survival.capture.compiled.verb import compile_kernels
from survival.capture.messages.verb import provoke_messages
from survival.contribute import scaffold, sides
from survival.errors import SurvivalError
from survival.judge import clocks, evidence, messages, pins, rules, staleness
from survival.judge import compare as comparing
from survival.judge import repeats as repeated
from survival.judge.claims import evaluation
from survival.judge.findings import Finding, for_release
from survival.judge.prose import lint
from survival.site import build as building

console = Console(stderr=True, highlight=False, soft_wrap=True)

Mode = Literal["full", "quick"]


class OneLineErrors(click.Group):
    """Prints what a user can mend as one line, and keeps tracebacks for faults of ours."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; a SurvivalError becomes one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except SurvivalError as e:
            click.echo(f"error: {e}", err=True)
            ctx.exit(1)


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure the guide's examples on this machine and keep the numbers honest."""


main.add_command(compile_kernels)
main.add_command(provoke_messages)


@main.command()
@click.argument("examples", nargs=-1)
@click.option("--quick", is_flag=True, help="At most a minute: fewer samples, no first calls.")
@click.option("--force", is_flag=True, help="Measure again what is fresh already.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=catalog.RESULTS / records.LOCAL,
    help="Folder to write to; the default is results/local, which git ignores.",
)
@click.option(
    "--publish", "to_publish", is_flag=True, help="Then copy all of it to results/MACHINE."
)
def capture(
    examples: tuple[str, ...], quick: bool, force: bool, into: Path, to_publish: bool
) -> None:
    """Run, check and time EXAMPLES (all, if none is named) and record the results."""
    if to_publish and (examples or quick):
        raise SurvivalError(
            "--publish takes every example in full: leave out --quick and the names of examples"
        )
    if to_publish:
        _refuse_without_gpu()
        if (commit := plan.commit()) == records.UNKNOWN_COMMIT:
            said = system.run(["git", "rev-parse", "HEAD"], cwd=catalog.ROOT).stderr.strip()
            raise SurvivalError(
                f"a published record names its commit, and git does not know it here: {said}; "
                "publish from a clone that git can read"
            )
        if records.is_dirty(commit):
            raise SurvivalError(
                "examples/ or survival/ has changes that are not committed, and a published record "
                "names the commit that it is of; commit them, then `make publish`"
            )
        click.echo(publishing.disclosed())
    _capture(list(examples), "quick" if quick else "full", into, force)
    if not run.clock_is_fresh(into):
        _check_clock(into)
    if to_publish:
        name = _publish(into)
        if _judge():
            click.echo(
                "What was measured breaks no rule, but a page or a record named above does. "
                "If a claim does not hold on your machine, say so in the pull request."
            )
        click.echo(f"Next: look at results/{name}, commit it, and send it as a pull request.")


def _refuse_without_gpu() -> None:
    """A machine is published with its GPU or not at all: nobody else can add what is missing."""
    from survival.capture import machine
    from survival.doctor import look

    reason = machine.gpu()
    found = look.look() if isinstance(reason, str) else look.Facts()
    if found.cards or found.nvidia_hardware:
        name = found.cards[0].name if found.cards else "an NVIDIA GPU"
        raise SurvivalError(
            f"{name} is here and would not be measured: {reason}; `make doctor` says what "
            "to do, and `make container-capture` needs nothing but Docker"
        )


def _capture(names: list[str], mode: Mode, into: Path, force: bool = False) -> None:
    todo = plan.plan(names, mode, into, force)
    if todo.fresh:
        fresh = ", ".join(e.name for e in todo.fresh)
        options = ["--force", *["--quick"] * (mode == "quick"), *names]
        again = f".venv/bin/python -m survival capture {' '.join(options)}"
        console.print(f"fresh already: {fresh} (to measure again: {again})")
    if not todo.todo:
        for line in _own_claims(into):
            console.print(line)
        return
    busy = plan.busy_percent()
    if busy > plan.BUSY_PERCENT:
        console.print(
            f"warning: other programs use {busy:.0f} % of this machine; timings will be noisy or "
            "refused until they have finished"
        )
    rejected, failed = [], []
    columns = (
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=1.0)

            def progress(what: str, share: float) -> None:
                bar.update(task, description=what, completed=share)
                if not console.is_terminal:
                    console.print(what)

            for name, findings in run.run(todo, progress):
                for f in findings:
                    if f.fails:
                        console.print(f.message)
                if any(f.rejects for f in findings):
                    rejected.append(name)
                else:
                    console.print(f"{name}: recorded in {plan.shown(into)}")
                    failed += _failed(records.read_record(into / f"{name}.json"))
    except KeyboardInterrupt:
        console.print(
            f"interrupted: what was done is kept in {plan.shown(into)}, "
            "the rest is picked up next time"
        )
        sys.exit(130)
    for line in [*failed, *_own_claims(into)]:
        console.print(line)
    if rejected:
        raise SurvivalError(
            f"not recorded, because a rule rejects them: {', '.join(rejected)}; "
            "run the capture again on a quiet machine, or mend the example"
        )


def _failed(record: records.Record) -> list[str]:
    """A line for each variant that was wrong or stopped: its times do not exist."""
    return [
        f"{record.example} · {v.name}: FAILED, not timed: {v.reason}"
        for v in record.variants
        if v.status == "failed"
    ]


def _own_claims(into: Path) -> list[str]:
    """What pages claim and this machine contradicts; only published machines can fail a build."""
    if into != catalog.RESULTS / records.LOCAL:
        return []
    told = evidence.load(catalog.RESULTS, catalog.EXAMPLES, local=True)
    found: list[Finding] = []
    for path in system.content(catalog.ROOT / "docs", "*.md"):
        where = str(path.relative_to(catalog.ROOT))
        found += evaluation.check_page(where, system.text(path), told, own=True)
    return [f"on this machine: {f.message}" for f in found]


@main.command(name="clock")
def check_clock() -> None:
    """Check the clocks of this machine again: known lengths, and every timer against the others."""
    _check_clock(catalog.RESULTS / records.LOCAL)


def _check_clock(into: Path) -> None:
    console.print("this machine's clocks")
    try:
        found = run.check_clock(into)
    except KeyboardInterrupt:
        console.print("interrupted: the clocks were not checked")
        sys.exit(130)
    console.print(f"clock: recorded in {plan.shown(into)}")
    if (into / "machine.json").exists():
        this, path = records.read_machine(into / "machine.json"), into / records.CLOCK_FILE
        for f in clocks.judge_clock(found, this, plan.shown(path)):
            console.print(f.message)


@main.command(name="judge")
@click.option("--release", is_flag=True, help="Stale numbers fail too.")
def judge_all(release: bool) -> None:
    """Hold the records in results/, and the text of docs/, against the honesty rules.

    What is in results/local was judged when it was captured, and is no part of the guide.
    """
    if _judge(release):
        sys.exit(1)


def _judge(release: bool = False) -> int:
    """Print what the judge finds; returns how many rules are broken."""
    results = records.read_results(catalog.RESULTS)
    findings = rules.judge_results(results, catalog.find(), pins.read(catalog.ROOT))
    findings += clocks.check_clocks(results, *clock.source_hashes())
    findings += messages.judge_messages(results, catalog.EXAMPLES, pins.read(catalog.ROOT))
    if release:
        findings = for_release(findings)
    told = evidence.load(catalog.RESULTS, catalog.EXAMPLES, local=False)
    pages, in_text = lint.judge_pages(catalog.ROOT / "docs", told)
    findings += in_text
    for f in findings:
        if f.fails:
            click.echo(f.message)
    broken = sum(f.fails for f in findings)
    marked = len(findings) - broken
    count = sum(len(r) for r in results.records.values())
    click.echo(
        f"{count} records of {len(results.machines)} machines: "
        f"{broken} broken rules, {marked} timings marked as noisy or stale"
    )
    click.echo(f"{pages} pages: {len(in_text)} typed measurements or claims that do not hold")
    return broken


@main.command()
@click.option(
    "--builder", type=click.Choice(building.BUILDERS), default="mkdocs", show_default=True
)
def site(builder: str) -> None:
    """Build the guide into site/; a warning is an error."""
    building.build(builder)


@main.command()
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
def serve(port: int) -> None:
    """Measure the landing page's examples if need be, then build and serve the guide."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError as e:
            raise SurvivalError(
                f"port {port} of 127.0.0.1 cannot be used ({e.strerror}); stop what listens there, "
                f"or choose another: make serve PORT={port + 1}"
            ) from None
    try:
        _capture(list(catalog.LANDING), "quick", catalog.RESULTS / records.LOCAL)
    except SurvivalError as e:  # the guide is worth reading without this machine's numbers
        console.print(f"error: {e}")
    console.print("`make capture` measures every example, with more samples")
    address = f"127.0.0.1:{port}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", address],
            cwd=catalog.ROOT,
            # Only here does the guide show results/local: what is published never holds it.
            env=os.environ | {"SURVIVAL_LOCAL": "true", "NO_MKDOCS_2_WARNING": "1"},
            check=False,
        )
    except KeyboardInterrupt:
        return
    sys.exit(done.returncode)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=catalog.RESULTS / records.LOCAL)
@click.option("--name-only", is_flag=True, help="Only say how its folder in results/ is called.")
def publish(folder: Path, name_only: bool) -> None:
    """Copy a full capture from FOLDER to results/MACHINE, to be committed.

    FOLDER is results/local if it is not named. Records that are not sound are refused.
    """
    if name_only:
        click.echo(records.read_capture(folder)[0].name)
        return
    name = _publish(folder)
    click.echo(f"Look at results/{name} before you commit it: it describes this machine.")


def _publish(folder: Path) -> str:
    name, examples = publishing.publish(folder, catalog.RESULTS)
    click.echo(f"results/{name}: {', '.join(examples)}")
    return name


@main.command()
@click.argument("message", nargs=-1)
def doctor(message: tuple[str, ...]) -> None:
    """Say what this machine can run, and the next step for what it cannot; or after a MESSAGE."""
    from survival.doctor import advice, faults, look

    if message:
        unknown = "not a message that the doctor knows; docs/errors.md has the index"
        click.echo(faults.step(" ".join(message), unknown))
        return
    click.echo(advice.report(advice.advise(look.look())))


@main.command()
@click.argument("before")
@click.argument("after")
@click.option("--markdown", is_flag=True, help="For the text of a pull request.")
def compare(before: str, after: str, markdown: bool) -> None:
    """Say what changed from one capture to another by more than its interval.

    BEFORE and AFTER are folders: names in results/, or paths. REV:FOLDER is a folder of
    results/ as a commit has it.
    """
    a, b = sides.side(before), sides.side(after)
    found = comparing.compare(a, b)
    pages = {
        str(p.relative_to(catalog.ROOT)): system.text(p)
        for p in system.content(catalog.ROOT, "docs/*.md")
    }
    found.claims.extend(comparing.claims(a, b, pages, catalog.find()))
    click.echo(comparing.markdown(found) if markdown else comparing.text(found))


@main.command()
@click.argument("before")
@click.argument("after")
def repeats(before: str, after: str) -> None:
    """Store in AFTER's machine.json how far times and ratios moved since BEFORE.

    Both are folders of whole captures of the same machine, as `compare` takes them.
    """
    a, b = sides.side(before), sides.side(after)
    comparing.compare(a, b)  # refuses unlike machines
    click.echo(repeated.store(a.records, b.machine, b.records, after))


@main.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def review(before: Path, after: Path) -> None:
    """Say which pages, claims and numbers differ between two built sites, as Markdown."""
    from survival.contribute import review as reviewing

    click.echo(reviewing.compare(before, after), nl=False)


@main.command()
@click.argument("name")
@click.option("--title", default="", help="Its title; the default is made from NAME.")
@click.option("--part", default=scaffold.PART, show_default=True, help="Part of the guide.")
def chapter(name: str, title: str, part: str) -> None:
    """Make everything that a new chapter called NAME needs; it builds as it stands."""
    for path in scaffold.make(name, title, part):
        click.echo(f"  {path.relative_to(catalog.ROOT)}")
    click.echo(
        "It builds and passes `make check` as it is. Next:\n"
        "  make serve\n      shows the page, with live reload\n"
        f"  make capture EXAMPLE={name}\n      measures its programs on this machine\n"
        "CONTRIBUTING.md takes you on from here."
    )


@main.command()
def stale() -> None:
    """List what should be captured or compiled again, where, why, and by which command."""
    results = records.read_results(catalog.RESULTS, local=True)
    hashes = clock.source_hashes()
    pinned = pins.read(catalog.ROOT)
    found = staleness.find(results, catalog.find(), pinned, *hashes)
    found += staleness.find_messages(results, pinned)
    click.echo(staleness.text(found))
