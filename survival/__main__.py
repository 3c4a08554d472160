"""`python -m survival VERB`: the command line, or one line on what it needs to start."""

import signal
import sys

try:
    from survival.cli import main
except ModuleNotFoundError as e:
    if (e.name or "survival").split(".")[0] == "survival":
        raise  # a fault of ours
    sys.exit(
        f"error: {e.name} is not installed for this Python; run `make doctor`, which installs what "
        "is needed into .venv, or what make does: .venv/bin/python -m survival"
    )
except ImportError as e:  # it is there, and the system cannot load it
    if (e.name or "survival").split(".")[0] == "survival":
        raise
    said = " ".join(str(e).split())
    sys.exit(f"error: {e.name} cannot be loaded: {said[:200]}; install it anew: make doctor")

# A character that the terminal does not know is no reason to stop.
for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def stop_cleanly() -> None:
    """A closed terminal or a `kill` cleans up as Ctrl-C does; who ignores them is obeyed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    stop_cleanly()
    main()
