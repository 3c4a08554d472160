"""The verbs of `python -m survival VERB`, which the Makefile's verbs call."""

import errno
import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from survival import catalog, records, system
from survival.capture import clock, plan, run
from survival.capture import publish as publishing
from survival.capture.compiled.verb import compile_kernels
from survival.capture.energy.verb import measure_energy
from survival.capture.installs.verb import weigh_installs
from survival.capture.messages.verb import provoke_messages
from survival.check.verb import check
from survival.contribute import sides
from survival.contribute.verbs import chapter, make_labs, show_prices
from survival.errors import SurvivalError, one_line
from survival.judge import clocks, evidence, messages, pins, rules, staleness
from survival.judge import compare as comparing
from survival.judge import repeats as repeated
from survival.judge.claims import own
from survival.judge.elsewhere import bounds, cited, prices, tools
from survival.judge.elsewhere import browser as browsers
from survival.judge.energy import rules as energy
from survival.judge.findings import for_release
from survival.judge.prose import lint
from survival.site import build, serving
from survival.site.verb import site

console = Console(stderr=True, highlight=False, soft_wrap=True)

Mode = Literal["full", "quick"]
DISK = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EIO),
    errno.ENAMETOOLONG,
)
"""What a disk answers that is full, read-only or broken, or asked for a name that is none."""


class OneLineErrors(click.Group):
    """Prints what a user can mend as one line, and keeps tracebacks for faults of ours."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; what is no fault of ours becomes one line, and its exit code."""
        code = 1
        try:
            return super().invoke(ctx)
        except SurvivalError as e:
            said, code = str(e), e.code
        except ValidationError as e:
            said = f"what was measured fits no record: {records.misfit(e)}"
        except OSError as e:
            if e.errno not in DISK:
                raise
            said = one_line(f"{e.filename or 'the disk'}: {e.strerror}")
        click.echo(f"error: {said}", err=True)
        ctx.exit(code)


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure the guide's examples on this machine and keep the numbers honest."""


main.add_command(compile_kernels)
main.add_command(measure_energy)
main.add_command(provoke_messages)
main.add_command(weigh_installs)
main.add_command(site)
main.add_command(chapter)
main.add_command(make_labs)
main.add_command(show_prices)
main.add_command(check)


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
            said = system.git(catalog.ROOT, "rev-parse", "HEAD").stderr.strip()
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
    if found.cards or found.refused:
        name = found.cards[0].name if found.cards else "an NVIDIA GPU"
        raise SurvivalError(
            f"{name} is here and would not be measured: {reason}; `make doctor` says what "
            "to do, and `make container-capture` needs nothing but Docker"
        )


def _capture(
    names: list[str], mode: Mode, into: Path, force: bool = False, reader: str = ""
) -> None:
    """Measure; `reader` is the address at which somebody reads who wrote none of it."""
    todo = plan.plan(names, mode, into, force)
    if todo.fresh:
        fresh = ", ".join(e.name for e in todo.fresh)
        options = ["--force", *["--quick"] * (mode == "quick"), *names]
        again = f".venv/bin/python -m survival capture {' '.join(options)}"
        console.print(f"fresh already: {fresh} (to measure again: {again})")
    if not todo.todo:
        for line in _own_claims(into, reader):
            console.print(line)
        return
    for line in plan.warnings():
        console.print(f"warning: {line}")
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
                    if f.fails and not reader:
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
    for line in [*failed, *_own_claims(into, reader)]:
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


def _own_claims(into: Path, reader: str) -> list[str]:
    """What pages claim and this machine contradicts; only published machines can fail a build."""
    found = own.contradicted() if into == catalog.RESULTS / records.LOCAL else []
    if found and reader:
        return [own.in_one_line(found, reader)]
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
@click.option(
    "--browser",
    "copied",
    type=click.Path(path_type=Path),
    help="Only this file: what a page's button copied.",
)
def judge_all(release: bool, copied: Path | None) -> None:
    """Hold the records in results/, and the text of docs/, against the honesty rules.

    What is in results/local was judged when it was captured, and is no part of the guide.
    """
    if _judge_copied(copied) if copied else _judge(release):
        sys.exit(1)


def _judge_copied(path: Path) -> int:
    """Print what the judge finds in a record from a browser; returns how many rules are broken."""
    found, results = records.read_browser(path), records.read_results(catalog.RESULTS)
    said, broken = browsers.look_at(found, plan.shown(path), catalog.find(), results)
    click.echo("\n".join(said))
    return broken


def _judge(release: bool = False) -> int:
    """Print what the judge finds; returns how many rules are broken."""
    results = records.read_results(catalog.RESULTS)
    findings = rules.judge_results(results, catalog.find(), pins.read(catalog.ROOT))
    findings += clocks.check_clocks(results, *clock.source_hashes())
    findings += messages.judge_messages(results, catalog.EXAMPLES, pins.read(catalog.ROOT))
    bounds.data_sheets()  # refuses a row that cannot be believed, as the next two do
    findings += [*cited.judge_cited(catalog.find()), *prices.judge_prices(date.today())]
    findings += energy.judge_all(results, catalog.find())
    installs = results.installs.get(records.LINUX)
    findings += tools.judge_tools(installs, catalog.find(), pins.read(catalog.ROOT))
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
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(port: int) -> None:
    """Measure the landing page's examples if need be, then serve the guide on 127.0.0.1."""
    build.check(catalog.ROOT)
    serving.refuse_busy(port)
    address = f"127.0.0.1:{port}"
    try:
        local = catalog.RESULTS / records.LOCAL
        _capture(list(catalog.LANDING), "quick", local, reader=address)
    except SurvivalError as e:  # the guide is worth reading without this machine's numbers
        console.print(f"error: {e}")
    console.print("`make capture` measures every example, with more samples")
    sys.exit(serving.serve(address))


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
    found.claims.extend(comparing.claims(a, b, _pages(), catalog.find()))
    click.echo(comparing.markdown(found) if markdown else comparing.text(found))


def _pages() -> dict[str, str]:
    """The Markdown of every page, by its path."""
    return {
        p.relative_to(catalog.ROOT).as_posix(): system.text(p)
        for p in system.content(catalog.ROOT, "docs/*.md")
    }


@main.command()
@click.argument("before")
@click.argument("after")
def repeats(before: str, after: str) -> None:
    """Store in AFTER how far times and ratios moved since BEFORE: machine.json, repeats.json.

    Both are folders of whole captures of the same machine, as `compare` takes them.
    """
    a, b = sides.side(before), sides.side(after)
    comparing.compare(a, b)  # refuses unlike machines
    claims = comparing.in_both(a, b, _pages(), catalog.find())
    click.echo(repeated.store(a.records, b.machine, b.records, after, claims))


@main.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def review(before: Path, after: Path) -> None:
    """Say which pages, claims and numbers differ between two built sites, as Markdown."""
    from survival.contribute import review as reviewing

    click.echo(reviewing.compare(before, after), nl=False)


@main.command()
def stale() -> None:
    """List what should be captured or compiled again, where, why, and by which command."""
    results = records.read_results(catalog.RESULTS, local=True)
    hashes = clock.source_hashes()
    pinned = pins.read(catalog.ROOT)
    found = staleness.find(results, catalog.find(), pinned, *hashes)
    found += staleness.find_messages(results, pinned)
    click.echo(staleness.text(found))
