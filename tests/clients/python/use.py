"""A test of the generated client. It creates an agent with a repeated request, follows the agent's operation, clears fields,
finds the agent in the list, and gets a problem."""

import os

from switchboard_client import AuthenticatedClient
from switchboard_client.api.agents import create_agent, get_agent, list_agents, patch_agent
from switchboard_client.api.operations import list_operations
from switchboard_client.models import (
    Agent,
    AgentPatch,
    Direction,
    GreetingPatch,
    NewAgent,
    NewGreeting,
    NewPrompt,
    NewVoice,
    OperationKind,
    OperationState,
    Problem,
    SyncState,
)
from switchboard_client.types import UNSET

client = AuthenticatedClient(os.environ["SWITCHBOARD_URL"], os.environ["SWITCHBOARD_KEY"])


def new_agent(speed):
    return NewAgent(
        name="Reception",
        direction=Direction.INBOUND,
        language="de",
        external_ref="python",
        prompt=NewPrompt(instructions="You answer the phone."),
        greeting=NewGreeting(message="Guten Tag!"),
        voice=NewVoice(id="warm-female", speed=speed),
    )


def create():
    return create_agent.sync_detailed(
        client=client, body=new_agent(1.1), prefer="wait=30", idempotency_key="once-in-python"
    )


created = create()
assert created.status_code == 201, created.content
agent = created.parsed
assert isinstance(agent, Agent)
assert agent.greeting.message == "Guten Tag!"
assert agent.placement.vendor == "qcall"
assert agent.sync.state == SyncState.IN_SYNC
again = create()
assert (again.parsed.id, again.headers["Idempotent-Replayed"]) == (agent.id, "true")

[operation] = list_operations.sync(client=client, resource_id=agent.id).data
assert (operation.kind, operation.state) == (OperationKind.CREATE, OperationState.SUCCEEDED)

patched = patch_agent.sync(
    agent.id,
    client=client,
    if_match=created.headers["ETag"],
    body=AgentPatch(greeting=GreetingPatch(message=None), external_ref=None),
)
assert isinstance(patched, Agent), patched
assert patched.greeting is UNSET or patched.greeting.message is UNSET
assert patched.external_ref is UNSET
assert patched.voice.speed == 1.1
assert patched.revision == agent.revision + 1

listed = list_agents.sync(client=client, limit=200)
assert agent.id in [item.id for item in listed.data]
assert listed.next_cursor is None

problem = create_agent.sync(client=client, body=new_agent(9))
assert isinstance(problem, Problem)
assert (problem.status, problem.code) == (422, "validation_failed")
assert [error.pointer for error in problem.errors] == ["/voice/speed"]

missing = get_agent.sync("agt_00000000000000000000000000", client=client)
assert isinstance(missing, Problem)
assert missing.code == "not_found"
