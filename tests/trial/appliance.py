"""A Menpai server with a DingTalk simulator beside it, on free ports and in a directory of its own, for one trial.

Must not know what is tried. Whatever becomes of the trial, both processes end with it.
"""

import json
import os
import re
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

ADMINISTRATOR = ("admin", "Trial-of-the-whole-API-1")
LAST_LINE = {"simulate": "control/v1/state", "serve": "data 数据目录", "demo": "Ctrl-C"}


class Refused(Exception):
    """An answer that is no success where only success makes sense."""


class Appliance:
    """The two processes, and calls to the server's native API."""

    def __init__(self, menpai: Path):
        self.menpai = menpai
        self.directory = tempfile.TemporaryDirectory(prefix="menpai-trial-")
        self.processes = []

    def __enter__(self) -> "Appliance":
        text = self.start("simulate", ["--members", "60", "--enterprises", "2", "--address", "127.0.0.1:0"], {})
        dingtalk = re.search(r"http://\S+", text).group()
        fields = zip(*(re.findall(rf"{name}.* (\S+)$", text, re.M) for name in ("CorpId", "AgentId", "Key\\)", "Secret\\)")))
        self.applications = [
            {"corpId": corp, "agentId": int(agent), "clientId": key, "clientSecret": secret, "enabled": True}
            for corp, agent, key, secret in fields
        ]
        username, password = ADMINISTRATOR
        text = self.start("serve", [], {
            "MENPAI_LISTEN": "127.0.0.1:0",
            "MENPAI_ADMIN_USERNAME": username,
            "MENPAI_ADMIN_PASSWORD": password,
            "MENPAI_DINGTALK_OAPI_URL": dingtalk,
            "MENPAI_DINGTALK_API_URL": dingtalk,
            "MENPAI_DINGTALK_LOGIN_URL": dingtalk,
            "MENPAI_DINGTALK_QPS": "0",
            "MENPAI_WEBHOOK_ALLOW_PRIVATE": "127.0.0.0/8",
        })
        self.base = re.search(r"http://[0-9.:]+", text).group() + "/api/v1"
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait()
        self.directory.cleanup()

    def start(self, command: str, words: list[str], settings: dict[str, str]) -> str:
        """Starts a subcommand; what it printed until it was ready."""
        log = open(self.log, "a", encoding="utf-8")
        environment = {"MENPAI_DATA_DIR": f"{self.directory.name}/data", "MENPAI_LOG": "info", **settings}
        process = subprocess.Popen(
            [self.menpai, command, *words], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        self.processes.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if LAST_LINE[command] in line:
                return "\n".join(lines)
        raise Refused(f"menpai {command} did not start:\n" + Path(self.log).read_text(encoding="utf-8"))

    @property
    def log(self) -> str:
        """What both processes logged."""
        return f"{self.directory.name}/log"

    def call(self, method: str, path: str, token: str | None = None, body: object = None) -> dict:
        """A call that must succeed; its answer."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["X-Access-Token"] = token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            raise Refused(f"{method} {path}: {error.status} {error.read().decode()}") from error

    def sign_in(self, username: str, password: str) -> str:
        """A session's token."""
        return self.call("POST", "/sessions", None, {"username": username, "password": password})["token"]

    def is_running(self) -> bool:
        return all(process.poll() is None for process in self.processes)
