"""Processes that are stopped while it is not their turn: idle threads may wait busily."""

import time
from contextlib import suppress

import psutil


def halt(pid: int) -> list[psutil.Process]:
    """Stop a process and those it has started, and see that they are; what has ended is left out.

    On Windows the Python of an environment starts the real one. On busy processors a process that
    was told to stop may run on for a moment.
    """
    stopped = []
    for process in _family(pid):
        try:
            process.suspend()
            for _ in range(1000):
                if process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE):
                    break
                time.sleep(0.001)
        except psutil.NoSuchProcess:
            continue
        stopped.append(process)
    return stopped


def go_on(stopped: list[psutil.Process]) -> None:
    """Let them run again, those that are still there."""
    for process in stopped:
        try:
            process.resume()
        except psutil.NoSuchProcess:
            continue


def end(pid: int) -> None:
    """End a process and those it has started, stopped or not."""
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
