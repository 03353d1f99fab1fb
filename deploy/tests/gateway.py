"""Requests to a running gateway."""

import json
import time
import urllib.error
import urllib.request

from rows import Failed, require, until

API = "http://127.0.0.1:8080"
ADMIN = "http://127.0.0.1:8081"
# The proxy of the environment has no part in this.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url, key=None, body=None, headers=None):
    """Sends a request and returns the status and the answer, or None if nothing answers."""
    headers = {"Content-Type": "application/json", **(headers or {})}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with _opener.open(urllib.request.Request(url, data, headers), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()
    except OSError:
        return None


def until_ready(admin=ADMIN):
    """Waits until the gateway is ready, and returns the seconds of the wait."""
    began = time.monotonic()
    until(lambda: (ask(f"{admin}/readyz") or [0])[0] == 204, f"{admin}/readyz answers 204")
    return time.monotonic() - began


def agent(reference):
    """The body of an agent that the simulated vendor accepts."""
    return {
        "name": "Reception",
        "external_ref": reference,
        "direction": "inbound",
        "language": "de",
        "prompt": {"instructions": "You answer the phone."},
        "voice": {"id": "qv-aurora"},
    }


def create(key, reference, api=API):
    """Creates an agent. Returns its id, or None if the gateway did not acknowledge the write."""
    answer = ask(f"{api}/v1/agents", key, agent(reference), {"Idempotency-Key": reference})
    if answer is None or answer[0] == 503:
        return None
    require(answer[0] in (200, 201, 202), f"POST /v1/agents: {answer}")
    return json.loads(answer[1])["id"]


def require_agent(key, id, api=API):
    """Fails unless the gateway has the agent."""
    answer = ask(f"{api}/v1/agents/{id}", key)
    if answer is None or answer[0] != 200:
        raise Failed(f"the acknowledged agent {id} is lost: {answer}")
