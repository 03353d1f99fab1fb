"""Makes the store file that `tests/e2e/old_store/` opens, and the expectations of that test.

    python3 make.py OLD_SWITCHBOARD [FOLDER]

OLD_SWITCHBOARD is a `switchboard` binary of the old version. The script runs its vendor simulators and a gateway in front of
them, on free ports of the loopback interface. It sends requests to both, stops the gateway and writes two files to FOLDER
(default: the folder of this file):

* `store_0_1.sqlite`, the gateway's store in one file;
* `expectations.json`, the gateway's last answers and the stored records of the simulated vendors.

The script needs only Python 3.9. Every run generates new ids, so keep the two files of one run together.
"""

import contextlib
import http.client
import json
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

# The same keys as in the harness of the test: tests/harness/config.rs.
KEY = "a-key-of-the-end-to-end-tests"
STORE_KEY = "c3dpdGNoYm9hcmQtZW5kLXRvLWVuZC10ZXN0cy1rZXk="

QCALL, AUTOCALLS_2025, AUTOCALLS_2026, OPENCX = VENDORS = ("qcall", "autocalls-2025", "autocalls-2026", "opencx")
# The same aliases as in the configuration of the test: tests/e2e/old_store/mod.rs.
ALIASES = """
[voices.warm]
qcall = "qv-aurora"
autocalls-2025 = "101"
autocalls-2026 = "101"
opencx = "hP72SDESIJq2YuAblBqz"
[models.fast]
qcall = "1"
autocalls-2025 = "GPT-4o mini"
autocalls-2026 = "GPT-4o mini"
"""

# The longest wait and the poll interval of a wait, in seconds.
FAR = 30
GLANCE = 0.05
# A number of faults that no run exhausts.
ALWAYS = 1_000_000

DOWN = {"kind": "status", "status": 503}
LOST = {"kind": "reset", "when": "after"}
NEVER_ARRIVED = {"kind": "reset", "when": "before"}

# The headers of an answer that the test compares.
HEADERS = ("content-type", "etag", "location", "preference-applied", "retry-after", "x-request-id")
TOKEN = "token-of-the-old-store-5f2c91"
PASSWORD = "password-of-the-old-store-77"


class Answer:
    """An answer that has been read in full."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode()
        self.body = json.loads(self.text) if self.text.startswith(("{", "[")) else None

    def expect(self, status):
        assert self.status == status, f"{self.status} where {status} was expected: {self.text}"
        return self

    def told(self):
        return {name: self.headers[name] for name in HEADERS if name in self.headers}


def named(headers):
    """Converts the names of keyword arguments to the names of headers."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Peer:
    """A connection for requests to one address."""

    def __init__(self, address, headers=None):
        self.connection = http.client.HTTPConnection(address, timeout=FAR)
        self.headers = headers or {}

    def send(self, method, path, body=None, **headers):
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        sent = {"content-type": "application/json"} if text is not None else {}
        self.connection.request(method, path, text, {**self.headers, **sent, **named(headers)})
        return Answer(self.connection.getresponse())


class Sandbox(Peer):
    """The simulated vendors and their control routes."""

    def __init__(self, binary, running):
        process = running.enter_context(process_of([binary, "sandbox", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE))
        self.configured, address = {}, None
        while address is None:
            line = process.stdout.readline()
            assert line, "the simulators ended"
            if vendor := re.match(r"([a-z0-9-]+): base_url = (\".*\"), api_key = (\".*\")$", line):
                self.configured[vendor[1]] = f"base_url = {vendor[2]}\napi_key = {vendor[3]}\n"
            if control := re.search(r"http://([0-9.:]+)/_sandbox$", line.strip()):
                address = control[1]
        super().__init__(address)

    def order(self, vendor, operation, fault, times=ALWAYS):
        order = {"vendor": vendor, "operation": operation, "times": times, "fault": fault}
        self.send("POST", "/_sandbox/faults", order).expect(201)

    def records(self, vendor):
        return self.send("GET", f"/_sandbox/{vendor}/records").expect(200).body

    def type_in(self, vendor, collection, remote_id, patch):
        self.send("PATCH", f"/_sandbox/{vendor}/records/{collection}/{remote_id}", patch).expect(204)

    def uproot(self, vendor, collection, remote_id):
        self.send("DELETE", f"/_sandbox/{vendor}/records/{collection}/{remote_id}").expect(204)

    def plant(self, vendor, collection, remote_id, record):
        self.send("PUT", f"/_sandbox/{vendor}/records/{collection}/{remote_id}", record).expect(204)


class Gateway(Peer):
    """The old gateway and its API."""

    def __init__(self, binary, folder, sandbox, running):
        file = folder / "switchboard.toml"
        file.write_text(configuration(sandbox, folder))
        environment = {"KEY": KEY, "STORE_KEY": STORE_KEY}
        self.process = running.enter_context(
            process_of([binary, "serve", "--config", str(file)], stderr=subprocess.PIPE, env=environment, cwd=folder)
        )
        address = None
        while address is None:
            line = self.process.stderr.readline()
            assert line, "the gateway ended"
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("message") == "serving the API":
                address = event["address"]
        # The gateway would block if the pipe were full.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        super().__init__(address, {"authorization": f"Bearer {KEY}"})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(FAR) == 0, "the gateway did not stop well"

    def get(self, path):
        return self.send("GET", path)

    def create(self, body, route="/v1/agents", **headers):
        made = self.send("POST", route, body, **headers).expect(201).body
        return f"{route}/{made['id']}", made

    def patch(self, path, patch, status=200, **headers):
        return self.send("PATCH", path, patch, **headers).expect(status)

    def sync(self, path, state):
        body = self.send("POST", f"{path}/sync", {"on_drift": "report"}).expect(200).body
        assert body["sync"]["state"] == state, body["sync"]
        return body

    def plan(self, to, *paths):
        ids = [path.rsplit("/", 1)[1] for path in paths]
        plan = self.send("POST", "/v1/migrations/plan", {"to": to, "ids": ids}).expect(200).body
        assert plan["summary"]["blocked"] == 0, plan
        return plan

    def start(self, plan, retire="keep", **headers):
        start = {"plan_id": plan["plan_id"], "accept_loss": [""], "retire": retire}
        return self.send("POST", "/v1/migrations", start, **headers).expect(202)

    def once(self, path, is_so):
        end = time.monotonic() + FAR
        while not is_so(body := self.get(path).expect(200).body):
            assert time.monotonic() < end, f"{path} is still {body}"
            time.sleep(GLANCE)
        return body


@contextlib.contextmanager
def process_of(arguments, **more):
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, text=True, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def configuration(sandbox, folder):
    kinds = {
        QCALL: 'adapter = "qcall"',
        AUTOCALLS_2025: 'adapter = "autocalls"\ngeneration = "2025"',
        AUTOCALLS_2026: 'adapter = "autocalls"\ngeneration = "2026"',
        OPENCX: 'adapter = "opencx"',
    }
    vendors = "".join(
        f"[vendors.{vendor}]\n{kind}\n{sandbox.configured[vendor]}breaker_failures = 1000\nauth_pause_s = 0\n"
        for vendor, kind in kinds.items()
    )
    return f"""
[server]
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
# At the end, the gateway must not wait for the request that a vendor holds.
shutdown_grace_s = 0
[store]
url = "sqlite://{folder / "switchboard.db"}"
key = "env:STORE_KEY"
[auth]
keys = [{{ name = "tests", secret = "env:KEY" }}]
[telemetry]
log = "info"
format = "json"
[writes]
absence_s = 0
longest_retry_s = 1
poll_s = 0
[routing]
default = "qcall"
{vendors}{ALIASES}"""


def agent(name, vendor=None, **more):
    """Returns an agent that every vendor can hold, pinned to `vendor` if it is given."""
    return {
        "name": name,
        "vendor": vendor,
        "direction": "inbound",
        "language": "en",
        "prompt": {"instructions": f"You answer the phone as {name}."},
        "greeting": {"message": "Hello!"},
        "voice": {"id": "warm"},
        "model": {"name": "fast"},
        "extensions": {"opencx": {"area_code": "415"}},
        **more,
    }


def trunk(name, carrier):
    return {"vendor": QCALL, "name": name, "phone_number": "+15550100123", "carrier": carrier}


class Story:
    """The requests to the old gateway: first all vendors work, then some fail."""

    def __init__(self, gateway, sandbox):
        self.gateway, self.sandbox = gateway, sandbox
        self.replays = []
        # The paths and vendors' ids that the test uses, each under a name that describes its state.
        self.named = {}

    def keyed(self, key, method, path, body, status, **headers):
        """Sends a request with an Idempotency-Key twice, and records the second answer."""
        text = None if body is None else json.dumps(body)
        first = self.gateway.send(method, path, text, idempotency_key=key, **headers).expect(status)
        again = self.gateway.send(method, path, text, idempotency_key=key, **headers).expect(status)
        assert again.text == first.text and again.headers["idempotent-replayed"] == "true", again.headers
        told = {name: value for name, value in again.told().items() if name != "x-request-id"}
        request = {"key": key, "method": method, "path": path, "headers": named(headers), "body": text}
        self.replays.append({"request": request, "answer": {"status": status, "headers": told, "text": again.text}})
        return first

    def tell(self):
        self.healthy_agents()
        self.trunks()
        self.changes_at_vendors()
        self.migrations_that_ended()
        # The migration must be paused before its agents begin to move. No other step here depends on timing.
        self.paused_migration()
        self.planned_migration()
        self.down_at_autocalls_2025()
        self.down_at_autocalls_2026()
        self.lost_at_qcall()
        self.stuck_at_opencx()
        self.held_at_qcall()

    def healthy_agents(self):
        """Creates agents that are in sync, and requests with a final answer."""
        gateway = self.gateway
        everything = agent(
            "Everything",
            external_ref="crm-4711",
            labels={"team": "sales", "tier": "gold"},
            metadata={"crm": {"owner": "Ünal", "ids": [1, 2.5, None, True]}},
            timezone="Europe/Berlin",
            language="de",
            additional_languages=["en"],
            prompt={"instructions": "You answer the phone of a dental practice.", "goal": "Book an appointment"},
            voice={"id": "warm", "speed": 1.15},
            call={"max_duration_s": 570, "record": True},
            ending={"message": "Goodbye!"},
            extensions={"qcall": {"utterance_length": 4}, "opencx": {"area_code": "415"}},
        )
        made = self.keyed("create-everything", "POST", "/v1/agents", everything, 201).body
        self.named["labelled"] = f"/v1/agents/{made['id']}"
        gateway.create(agent("Of 2025", AUTOCALLS_2025))
        gateway.create(agent("Of OpenCX", OPENCX))

        path, _ = gateway.create(agent("Changed often", AUTOCALLS_2026, labels={"step": "1"}))
        self.named["changed"] = path
        gateway.patch(path, {"prompt": {"instructions": "Second words."}, "labels": {"step": "2"}})
        patch = {"voice": {"speed": 1.1}, "labels": {"step": None}}
        self.keyed("patch-changed", "PATCH", path, patch, 200, if_match='"2"')
        whole = {**gateway.get(path).body, "name": "Changed as a whole", "metadata": {"whole": True}}
        gateway.send("PUT", path, whole, if_match='"3"').expect(200)
        gateway.send("POST", f"{path}/revisions/2/restore", {}).expect(200)

        unknown_voice = agent("Refused", AUTOCALLS_2025, voice={"id": "999"})
        problem = self.keyed("create-refused", "POST", "/v1/agents", unknown_voice, 422).body
        assert problem["code"] == "vendor_rejected", problem

        path, _ = gateway.create(agent("Gone", QCALL))
        self.keyed("delete-gone", "DELETE", path, None, 204)
        self.named["gone"] = path

    def trunks(self):
        """Creates trunks with secrets."""
        gateway = self.gateway
        sip = {"type": "sip", "termination_uri": "sip.example.com", "username": "switchboard", "password": PASSWORD}
        path, made = gateway.create(trunk("Main line", sip), "/v1/trunks")
        assert made["carrier"]["password_set"] is True, made
        gateway.patch(path, {"name": "Main line, renamed", "carrier": {"username": "renamed"}})
        self.named["sip"] = path
        twilio = {"type": "twilio", "account_sid": "AC123", "auth_token": TOKEN}
        made = self.keyed("create-twilio", "POST", "/v1/trunks", trunk("Second line", twilio), 201).body
        assert made["carrier"]["auth_token_set"] is True, made
        self.named["twilio"] = f"/v1/trunks/{made['id']}"

    def changes_at_vendors(self):
        """Changes, creates and removes records at vendors, as users of their consoles do."""
        gateway, sandbox = self.gateway, self.sandbox
        path, made = gateway.create(agent("Drifted", QCALL))
        remote_id = made["placement"]["remote_id"]
        sandbox.type_in(QCALL, "assistants", remote_id, {"script": "Somebody typed this in the console."})
        gateway.sync(path, "drifted")
        self.named["drifted"] = path

        record = sandbox.records(QCALL)["assistants"][remote_id]
        imported = "0c6e2b57-93d4-4a18-b1f6-5e7a8d20c941"
        sandbox.plant(QCALL, "assistants", imported, {**record, "name": "Imported", "script": "Made in the console."})
        gateway.send("POST", "/v1/agents/import", {"vendor": QCALL, "remote_id": imported}).expect(201)

        path, made = gateway.create(agent("Missing", AUTOCALLS_2025))
        sandbox.uproot(AUTOCALLS_2025, "assistants", made["placement"]["remote_id"])
        gateway.sync(path, "missing")

    def migrations_that_ended(self):
        """Moves one agent, which leaves a standby, and fails to move another agent."""
        gateway = self.gateway
        path, made = gateway.create(agent("Moved", prompt={"instructions": "You move.", "goal": "Arrive"}))
        plan = gateway.plan(AUTOCALLS_2025, path)
        start = {"plan_id": plan["plan_id"], "accept_loss": ["/prompt/goal", "/extensions"], "retire": "keep"}
        started = self.keyed("start-moved", "POST", "/v1/migrations", start, 202).body
        done = gateway.once(f"/v1/migrations/{started['id']}", lambda it: it["finished_at"])
        assert done["state"] == "done", done
        placement = gateway.get(path).body["placement"]
        assert placement["vendor"] == AUTOCALLS_2025 and placement["kept_at"] == [QCALL], placement
        self.named |= {"moved": path, "kept": made["placement"]["remote_id"]}

        # The new vendor refuses this agent.
        path, _ = gateway.create(agent("Stayed"))
        self.sandbox.order(AUTOCALLS_2026, "createAssistant", {"kind": "status", "status": 422}, 1)
        location = gateway.start(gateway.plan(AUTOCALLS_2026, path)).headers["location"]
        failed = gateway.once(location, lambda it: it["finished_at"])
        assert failed["state"] == "failed", failed

    def paused_migration(self):
        """Leaves a paused migration whose agents have not begun to move."""
        gateway = self.gateway
        for attempt in range(20):
            paths = [gateway.create(agent(f"Waiting {number}"))[0] for number in (1, 2)]
            plan = gateway.plan(AUTOCALLS_2026, *paths)
            location = gateway.start(plan, retire="delete").headers["location"]
            gateway.send("POST", f"{location}/pause", {}).expect(200)
            if gateway.get(location).body["waiting"] == 2:
                self.named |= {"paused": location, "waiting": paths}
                return
            gateway.send("POST", f"{location}/resume", {}).expect(200)
            gateway.once(location, lambda it: it["finished_at"])
            for path in paths:
                gateway.send("DELETE", path).expect(204)
        raise AssertionError("no migration was paused early enough")

    def planned_migration(self):
        """Leaves a plan that has not been started."""
        path, _ = self.gateway.create(agent("Planned"))
        plan = self.gateway.plan(AUTOCALLS_2026, path)
        self.named |= {"planned": path, "plan_id": plan["plan_id"]}

    def down_at_autocalls_2025(self):
        """Leaves a waiting change, an older change that it superseded, and a running migration."""
        gateway = self.gateway
        changed, _ = gateway.create(agent("Waits", AUTOCALLS_2025))
        moving, _ = gateway.create(agent("Moving"))
        plan = gateway.plan(AUTOCALLS_2025, moving)
        self.sandbox.order(AUTOCALLS_2025, "updateAssistant", DOWN)
        self.sandbox.order(AUTOCALLS_2025, "createAssistant", DOWN)
        for words in ("First change.", "Second change."):
            gateway.patch(changed, {"prompt": {"instructions": words}}, 202)
        location = gateway.start(plan, retire="delete").headers["location"]
        gateway.once(f"{location}/agents", lambda it: it["data"][0]["last_error"])
        self.named |= {"changing": changed, "moving": moving, "underway": location}

    def down_at_autocalls_2026(self):
        """Leaves a waiting deletion, and a lost creation that the vendor carried out."""
        gateway, vendor = self.gateway, AUTOCALLS_2026
        path, made = gateway.create(agent("Deleted", vendor))
        self.sandbox.order(vendor, "deleteAssistant", DOWN)
        self.keyed("delete-deleted", "DELETE", path, None, 202)
        self.named |= {"deleted": path, "leftover": made["placement"]["remote_id"]}
        self.sandbox.order(vendor, "createAssistant", LOST, 1)
        self.sandbox.order(vendor, "listAssistants", DOWN)
        made = self.keyed("create-lost", "POST", "/v1/agents", agent("Lost answer", vendor), 202).body
        self.named["lost"] = f"/v1/agents/{made['id']}"

    def lost_at_qcall(self):
        """Leaves a change that the vendor carries out at each attempt, while each answer is lost."""
        path, _ = self.gateway.create(agent("Changed unheard", QCALL))
        self.sandbox.order(QCALL, "updateAssistant", LOST)
        body = self.gateway.patch(path, {"prompt": {"instructions": "Changed, and nobody heard."}}, 202).body
        assert body["sync"]["state"] == "unknown", body["sync"]
        self.named["unheard"] = path

    def stuck_at_opencx(self):
        """Leaves a creation that may have bought a number."""
        self.sandbox.order(OPENCX, "buyPhoneNumber", NEVER_ARRIVED, 1)
        answer = self.gateway.send("POST", "/v1/agents", agent("Stuck", OPENCX)).expect(202)
        operation = answer.headers["location"]
        self.gateway.once(operation, lambda it: it["state"] == "needs_attention")
        self.named |= {"stuck": f"/v1/agents/{answer.body['id']}", "attention": operation}

    def held_at_qcall(self):
        """Leaves a creation that the vendor has carried out but not answered when the gateway stops."""
        self.sandbox.order(QCALL, "createAssistant", {"kind": "hold", "when": "after"}, 1)
        answer = self.gateway.send("POST", "/v1/agents", agent("Held", QCALL), prefer="wait=0").expect(202)
        end = time.monotonic() + FAR
        while not self.sandbox.send("GET", "/_sandbox/held").body:
            assert time.monotonic() < end, "the vendor holds no request"
            time.sleep(GLANCE)
        self.named["held"] = f"/v1/agents/{answer.body['id']}"

    def read(self):
        """Records the answers to all reads that the test repeats."""
        reads = {}

        def read(path, whole=True):
            answer = self.gateway.get(path)
            kept = reads[path] = {"status": answer.status}
            if etag := answer.headers.get("etag"):
                kept["etag"] = etag
            if answer.status >= 400:
                kept["code"] = answer.body["code"]
            elif whole:
                kept["body"] = answer.body
            else:
                # Another read returns each of these items in full.
                kept["ids"] = [item["id"] for item in answer.body["data"]]
                kept["next_cursor"] = answer.body["next_cursor"]
            return answer.body

        def ids(path):
            return [item["id"] for item in read(path)["data"]]

        def pages(path):
            query = path
            while query:
                cursor = read(query, whole=False)["next_cursor"]
                query = cursor and f"{path}&cursor={cursor}"

        for name in ids("/v1/agents?limit=200"):
            read(f"/v1/agents/{name}")
            for revision in read(f"/v1/agents/{name}/revisions?limit=200")["data"]:
                read(f"/v1/agents/{name}/revisions/{revision['revision']}")
        for name in ids("/v1/trunks?limit=200"):
            read(f"/v1/trunks/{name}")
        for name in ids("/v1/operations?limit=200"):
            read(f"/v1/operations/{name}")
        for name in ids("/v1/migrations?limit=200"):
            read(f"/v1/migrations/{name}")
            read(f"/v1/migrations/{name}/agents?limit=200")
        for query in ("agents?limit=8", "operations?limit=16", "migrations?limit=2"):
            pages(f"/v1/{query}")
        for query in ("agents?external_ref=crm-4711", "agents?vendor=autocalls-2026", "agents?placement=stale"):
            read(f"/v1/{query}", whole=False)
        for query in ("operations?state=needs_attention", "operations?state=superseded", "operations?vendor=opencx"):
            read(f"/v1/{query}", whole=False)
        for path in (self.named["gone"], self.named["deleted"]):
            read(path)
        return reads


def in_one_file(source, target):
    """Moves the write-ahead log into the database file, and the file to its destination."""
    connection = sqlite3.connect(source)
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0, "the store is still in use"
    connection.execute("VACUUM")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    target.write_bytes(source.read_bytes())


def written(expectations):
    """Returns the expectations as JSON, with one line for each expectation."""

    def line(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def block(value):
        if isinstance(value, dict):
            return "{\n" + ",\n".join(f"{line(name)}:{line(item)}" for name, item in value.items()) + "\n}"
        return "[\n" + ",\n".join(line(item) for item in value) + "\n]"

    return "{\n" + ",\n".join(f"{line(name)}:{block(value)}" for name, value in expectations.items()) + "\n}\n"


def main(binary, target):
    binary = str(pathlib.Path(binary).resolve())
    with contextlib.ExitStack() as running:
        folder = pathlib.Path(running.enter_context(tempfile.TemporaryDirectory()))
        sandbox = Sandbox(binary, running)
        gateway = Gateway(binary, folder, sandbox, running)
        story = Story(gateway, sandbox)
        story.tell()
        reads = story.read()
        gateway.stop()
        expectations = {
            "named": story.named,
            "secrets": {"sip": PASSWORD, "twilio": TOKEN},
            "reads": reads,
            "replays": story.replays,
            "vendors": {vendor: sandbox.records(vendor) for vendor in VENDORS},
        }
        in_one_file(folder / "switchboard.db", target / "store_0_1.sqlite")
        (target / "expectations.json").write_text(written(expectations), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    here = pathlib.Path(__file__).resolve().parent
    main(sys.argv[1], pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else here)
