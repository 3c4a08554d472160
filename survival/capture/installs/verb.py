"""The verb `python -m survival installs`: what each tool downloads, recorded."""

import click

from survival import catalog
from survival.capture.installs.weigh import weighed
from survival.judge import pins
from survival.judge.elsewhere import tools
from survival.records import write


@click.command("installs")
def weigh_installs() -> None:
    """Ask an index of packages what each tool of "Which tool?" installs, and how large it is.

    It needs a network and uv, and downloads no package. The file is results/installs/linux.json, to
    be committed.
    """
    record = weighed(tools.every(), pins.read(catalog.ROOT))
    write(catalog.ROOT / record.path, record)
    for install in record.installs:
        click.echo(
            f"{install.tool}: {install.bytes / 1e6:.0f} MB, {len(install.packages)} packages"
        )
