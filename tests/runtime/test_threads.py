"""runtime.threads: the threads that a worker's blocking work has."""

import asyncio
import threading

from runtime.threads import THREAD_NAME, bound_threads


async def test_blocking_work_has_as_many_threads_as_the_profile_says() -> None:
    """PL024: two pieces of work run, and the third waits until one of them has ended."""
    bound_threads(2)
    loop, started = asyncio.get_running_loop(), asyncio.Queue[str]()
    release = threading.Event()

    def work() -> None:
        loop.call_soon_threadsafe(started.put_nowait, threading.current_thread().name)
        release.wait()

    tasks = [asyncio.create_task(asyncio.to_thread(work)) for _ in range(3)]
    names = {await started.get(), await started.get()}
    third_waits = started.empty()
    release.set()
    await asyncio.gather(*tasks)
    assert third_waits
    assert names | {await started.get()} == names
    assert all(name.startswith(THREAD_NAME) for name in names)
