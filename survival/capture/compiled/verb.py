"""The verb `python -m survival compile`: every kernel, what the compiler made of it, recorded."""

import os

import click

from survival import catalog
from survival.capture.compiled.record import compile_example
from survival.capture.host import environment
from survival.judge.compiled import folder_of, has_kernels
from survival.records import read_results, write


@click.command("compile")
@click.argument("examples", nargs=-1)
def compile_kernels(examples: tuple[str, ...]) -> None:
    """Compile the kernels of EXAMPLES (all, if none is named) and record what came out.

    It needs no GPU, and Linux. Kernels of Triton, cuTile and Warp need these libraries too, else
    they keep what is recorded of them. The files are results/compiled/EXAMPLE.json, to be
    committed.
    """
    for setting in environment.unset():
        if setting.startswith("NUMBA_"):  # which Numba reads when it is imported, later
            del os.environ[setting]
    every = catalog.find()
    named = [catalog.get(name) for name in examples] or list(every.values())
    held = read_results(catalog.RESULTS).compiled
    for name in dict.fromkeys(map(folder_of, named)):
        if examples or any(map(has_kernels, every[name].variants)):
            record = compile_example(every[name], held=held.get(name))
            write(catalog.ROOT / record.path, record)
            click.echo(f"{record.path}: {', '.join(v.name for v in record.variants)}")
