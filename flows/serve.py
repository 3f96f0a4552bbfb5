"""Scheduled ingestion on one machine: a Prefect deployment that is served until it is ended.

Where `PREFECT_API_URL` names a server it is that server's schedule. Otherwise a server of
our own comes up, with Prefect's page, on loopback and SQLite, and ends with us, however that
is. Prefect is imported once the API is there: it reads its settings then.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows import server
from flows.rawstore import Location

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.runner import Runner

#: A document is in the datasets two looks after it was copied, ten minutes.
EVERY_FIVE_MINUTES = "*/5 * * * *"

DEPLOYMENT = "raw"

#: Seconds between two signs of life of a run, the least that Prefect takes; one that gave
#: none for three times as long is dead.
HEARTBEAT_SECONDS = 30

#: For the processes of runs: the one that they end with.
SERVED_BY = "RANKBOOK_SERVED_BY"

_API_URL = "PREFECT_API_URL"
_PORT = "PREFECT_SERVER_API_PORT"
#: Where Prefect's own server is found too.
_USUAL_PORT = "4200"


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served: the start line. ``page`` is where Prefect shows its runs."""

    deployment: str
    cron: str
    raw: str
    curated: str
    api: str
    page: str
    pid: int

    @property
    def line(self) -> str:
        """The start line as a person reads it."""
        return f"{self.deployment} takes {self.raw} to {self.curated} on {self.cron}: {self.page}"


def serve(
    raw: str, curated: str, cron: str, processes: int, started: Callable[[Serving], None]
) -> None:
    """Serve the flow `watch` on a schedule until SIGTERM or SIGINT; ``started`` hears when.

    A run that is still going makes the next one skip. Raises ValueError for a schedule that
    cannot be meant or a folder that is not there, `ServerError` where no API comes up.
    """
    folder = Location.of(raw)
    if not folder.filesystem.isdir(folder.path):
        raise ValueError(f"--raw: there is no folder {folder.url}")
    parameters = {
        "raw": folder.url,
        "curated": Location.of(curated).url,
        "processes": processes,
    }
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_SECONDS))
    os.environ[SERVED_BY] = str(os.getpid())
    is_ours = not os.environ.get(_API_URL)
    api = _own_api() if is_ours else os.environ[_API_URL]
    deployment = _deployment(cron, parameters)
    serving = Serving(
        deployment=f"watch/{DEPLOYMENT}",
        cron=cron,
        raw=str(parameters["raw"]),
        curated=str(parameters["curated"]),
        api=api,
        page=api.removesuffix("/api"),
        pid=os.getpid(),
    )
    asyncio.run(_served(deployment, is_ours, lambda: started(serving)))


def _deployment(cron: str, parameters: dict[str, Any]) -> Any:
    """The deployment of `watch`. Raises ValueError for a cron that is none."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.flows import EntrypointType

    from flows.watch import watch

    one_at_a_time = ConcurrencyLimitConfig(
        limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
    )
    try:
        return watch.to_deployment(
            DEPLOYMENT,
            cron=cron,
            paused=False,
            parameters=parameters,
            concurrency_limit=one_at_a_time,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
    except ValueError as error:
        raise ValueError(f"--cron: {cron!r} is no schedule") from error


async def _served(deployment: Any, is_ours: bool, started: Callable[[], None]) -> None:
    """Run a runner until a signal, or until it fails."""
    from prefect.runner import Runner

    ended = asyncio.Event()
    runner = Runner(name=DEPLOYMENT)
    deployment_id = await runner.aadd_deployment(deployment)
    await _ship_heartbeat()
    if is_ours:
        await _give_up_dead_runs(deployment_id)
    running = asyncio.create_task(runner.start())
    running.add_done_callback(lambda _: ended.set())
    await _until_started(runner, running)
    # The runner's own handler leaves the process from within the loop, with runs under way.
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    started()
    await ended.wait()
    if not running.done():
        await runner.astop()
    await running


async def _until_started(runner: Runner, running: asyncio.Task[None]) -> None:
    while not runner.started and not running.done():
        await asyncio.sleep(0.05)


async def _give_up_dead_runs(deployment_id: Any) -> None:
    """Crash the runs that an earlier process of ours left behind: nobody else serves on our
    own server, and one that counts as running would make every other skip."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import State, StateType
    from prefect.states import Crashed

    going = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    which = filters.FlowRunFilter(
        deployment_id=filters.FlowRunFilterDeploymentId(any_=[deployment_id]),
        state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=going)),
    )
    state: State[None] = Crashed(message="The process that served it ended before it did.")
    async with get_client() as client:
        left: list[FlowRun] = await client.read_flow_runs(flow_run_filter=which)
        for run in left:
            await client.set_flow_run_state(run.id, state, force=True)


async def _ship_heartbeat() -> None:
    """The automation that sees dead runs, if this server has none of its name."""
    from prefect.client.orchestration import get_client

    from flows.heartbeat import AUTOMATION

    async with get_client() as client:
        if not await client.read_automations_by_name(AUTOMATION.name):
            await client.create_automation(AUTOMATION)


def _own_api() -> str:
    """Bring up a server with a scheduler and Prefect's page, which ends when we do."""
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for us; the server has to hear how the runs ended.
        start_new_session=True,
        env={**os.environ, "PREFECT__SERVER_FINAL": "1"},
    )
    atexit.register(server._stop, child)
    assert child.stdout is not None
    port = child.stdout.readline().strip()
    url = f"http://127.0.0.1:{port}/api"
    if not port:
        wanted = os.environ.get(_PORT, _USUAL_PORT)
        raise server.ServerError(
            f"port {wanted} of 127.0.0.1 cannot be had; name another in {_PORT}"
        )
    if not server._answers(f"{url}/health", child):
        raise server.ServerError(
            f"Prefect's API did not come up within {server.START_SECONDS:.0f} s"
        )
    os.environ[_API_URL] = url
    return url


def main() -> None:
    """The server process: says its port on standard output, and ends with its standard input."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", int(os.environ.get(_PORT, _USUAL_PORT))))
    except OSError as error:
        sys.exit(str(error))
    port = listening.getsockname()[1]
    os.environ["PREFECT_UI_API_URL"] = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] = "false"
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, log_level="error", lifespan="on"
    )
    served = uvicorn.Server(config)
    threading.Thread(target=server._end_with_caller, args=(served,), daemon=True).start()
    print(port, flush=True)
    os.dup2(2, 1)  # what else is printed is no result of the caller's
    served.run(sockets=[listening])


if __name__ == "__main__":
    main()
