"""The automation that sees runs whose process died: it marks them as crashed.

The lock of a dead run is then free, and the next run of the schedule takes up what it left.
"""

from __future__ import annotations

from datetime import timedelta

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from flows.serve import HEARTBEAT_SECONDS

_BEAT = "prefect.flow-run.heartbeat"

#: Three signs of life missed: one can be late on a machine that is busy.
AUTOMATION = AutomationCore(
    name="rankbook: crash runs without a heartbeat",
    description="A run that gave a sign of life, and then neither another nor an end, is dead.",
    trigger=EventTrigger(
        posture=Posture.Proactive,
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        for_each={"prefect.resource.id"},
        after={_BEAT},
        expect={
            _BEAT,
            "prefect.flow-run.Completed",
            "prefect.flow-run.Failed",
            "prefect.flow-run.Cancelled",
            "prefect.flow-run.Crashed",
        },
        threshold=1,
        within=timedelta(seconds=3 * HEARTBEAT_SECONDS),
    ),
    actions=[
        ChangeFlowRunState(
            name=None,
            state=StateType.CRASHED,
            message="It gave no sign of life: its process is dead.",
            force=False,
        )
    ],
)
