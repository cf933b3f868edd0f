"""Threads of a worker for work that would block its event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

THREAD_NAME = "blocking"


def bound_threads(most: int) -> None:
    """Give the running loop that many threads for `asyncio.to_thread` and looking names up.

    Its own default counts the node's cores, whatever the container may use of them (PL024). The
    loop ends them when it is closed.
    """
    executor = ThreadPoolExecutor(max_workers=most, thread_name_prefix=THREAD_NAME)
    asyncio.get_running_loop().set_default_executor(executor)
