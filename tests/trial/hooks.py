"""Puts the role's token on each request; a request that may end sessions gets a session of the role's spare account.

Where an answer announces that the server starts anew, the next request waits until it has.
"""

import json
import os
import time
import urllib.error
import urllib.request

import schemathesis

ROLE = json.loads(os.environ["TRIAL_ROLE"])
ENDS_SESSIONS = {"deleteCurrentSession", "endMyOtherSessions"}


def spare_token(base: str) -> str:
    """A session of the spare account, made for one request."""
    username, password = ROLE["spare"]
    body = json.dumps({"username": username, "password": password}).encode()
    request = urllib.request.Request(f"{base}/sessions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["token"]


@schemathesis.auth(refresh_interval=None)
class Token:
    def get(self, case, context):
        if case.operation.definition.raw["operationId"] in ENDS_SESSIONS and ROLE["spare"]:
            return spare_token(case.operation.base_url)
        return ROLE["token"]

    def set(self, case, data, context):
        if data:
            case.headers = {**(case.headers or {}), "X-Access-Token": data}


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """Keeps other tenants out of what must be refused: they exist, though the trial's enum does not name them."""
    parameters = context.operation.definition.raw.get("parameters", [])
    named = next((one["schema"].get("enum", []) for one in parameters if one["name"] == "tenantId"), [])
    try:
        number = float(str((path_parameters or {}).get("tenantId")))
    except ValueError:
        return True
    return number in named or not 0 <= number < 2000


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.definition.raw["operationId"] == "restoreBackup" and response.status_code == 202:
        started_anew(case.operation.base_url)


def started_anew(base: str) -> None:
    """Waits for a server that reads a backup and starts with it; it refuses connections in between, as documented."""
    for _ in range(600):
        request = urllib.request.Request(f"{base}/backups/restore", headers={"X-Access-Token": ROLE["token"]})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                if json.load(answer)["status"] in ("none", "failed"):
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    raise TimeoutError("the server does not come back from a restore")
