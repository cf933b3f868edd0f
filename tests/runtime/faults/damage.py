"""What is kept of a thread, made unreadable."""

from collections.abc import Callable

from tests.runtime.faults.effects import asked, joined
from tests.runtime.faults.requests import got, posted
from tests.runtime.faults.stack import Process

AGAIN = {"assistant_id": "agent", "input": {"slow": 0}}


async def assert_hurts_its_own_alone(process: Process, damage: Callable[[str], None]) -> None:
    """Assert that `damage`, done to a thread, ends its next run as an error, and no other's.

    The thread is listed still, and who asks for its state is told that it is damaged.
    """
    damaged, sound = [await asked(process.url, slow=0) for _ in range(2)]
    for ids in (damaged, sound):
        await joined(process.url, ids)
    damage(damaged[0])
    lost = (await posted(process, f"/threads/{damaged[0]}/runs/wait", AGAIN)).json()
    assert lost["__error__"]["error"] == "DamagedError", lost
    kept = (await posted(process, f"/threads/{sound[0]}/runs/wait", AGAIN)).json()
    assert len(kept["done"]) == 6
    listed = (await posted(process, "/threads/search", {})).json()
    assert {each["thread_id"] for each in listed} == {damaged[0], sound[0]}
    told = (await got(process, f"/threads/{damaged[0]}/state")).json()
    assert told["type"].endswith(":checkpoint-damaged"), told
