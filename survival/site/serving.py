"""Shows the guide on this machine, and builds again what is saved."""

import os
import socket
import subprocess
import sys

from survival import catalog
from survival.errors import SurvivalError


def refuse_busy(port: int) -> None:
    """Raises SurvivalError, naming another, where a port of 127.0.0.1 cannot be used."""
    with socket.socket() as s:
        if os.name == "posix":  # on Windows it would take a port that another listens at
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError as e:
            raise SurvivalError(
                f"port {port} of 127.0.0.1 cannot be used ({e.strerror}); stop what listens there, "
                f"or choose another: make serve PORT={port + 1}"
            ) from None


def serve(address: str) -> int:
    """Serve at host:port until it is interrupted; returns the exit code of MkDocs."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", address],
            cwd=catalog.ROOT,
            # Only here does the guide show results/local: what is published never holds it.
            env=os.environ | {"SURVIVAL_LOCAL": "true", "NO_MKDOCS_2_WARNING": "1"},
            check=False,
        )
    except KeyboardInterrupt:
        return 0
    return done.returncode
