"""Takes a cluster down: its processes, control groups and files, by its folder alone."""

import shutil

import psutil

from plumb.local import cgroup
from plumb.local.cache import held
from plumb.local.machine import INIT, kill
from plumb.local.state import State


def down(state: State) -> bool:
    """Remove every trace of a cluster but the cache; return whether there was any.

    Works on what a crashed `up` left too, and on nothing at all.
    """
    if not state.path.parent.is_dir():  # never up, or its files were removed under it
        found = end_processes(state)
        if found:  # else a group of this name is another user's cluster
            cgroup.remove(state.path.name)
        return found
    with held(state.lock, lambda: None):
        found = end_processes(state) or state.path.exists()
        cgroup.remove(state.path.name)
        if state.path.exists():
            shutil.rmtree(state.path)
        state.lock.unlink()
    return found


def end_processes(state: State) -> bool:
    """Kill the first process of each machine, and the forwarder; return whether any ran.

    Both carry the folder of their machine as the last word of their command line.
    """
    found = [process for process in psutil.process_iter() if _belongs(process, state)]
    for process in found:
        kill(process)
    return bool(found)


def _belongs(process: psutil.Process, state: State) -> bool:
    try:
        words = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False  # ended while it was looked at, or another user's: not ours
    programs = {str(INIT), str(INIT.with_name("forward.py"))}
    return bool(programs & set(words)) and words[-1].startswith(f"{state.path}/")
