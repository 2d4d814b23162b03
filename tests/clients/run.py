"""Generates, compiles and runs the clients: `run.py <menpai> <folder for all that is made>`.

Each client does the main job against one `menpai demo`, with an enterprise of its own in the demo's simulator. What they
are generated from is docs/openapi.json, which another check compares with what the server says of itself.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "trial"))

from appliance import ADMINISTRATOR, Appliance  # noqa: E402

OPENAPI = HERE.parent.parent / "docs" / "openapi.json"
PEOPLE = 25


class Demo(Appliance):
    """`menpai demo`, which brings its simulator along."""

    def __enter__(self) -> "Demo":
        username, password = ADMINISTRATOR
        text = self.start("demo", [], {
            "MENPAI_LISTEN": "127.0.0.1:0",
            "MENPAI_ADMIN_USERNAME": username,
            "MENPAI_ADMIN_PASSWORD": password,
        })
        self.base = re.search(r"(http://\S+)/api/docs", text).group(1) + "/api/v1"
        self.control = re.search(r"(http://\S+)/state", text).group(1)
        return self

    def enterprise(self, seed: int) -> dict:
        """A further enterprise in the simulator; what connects to it."""
        body = json.dumps({"members": PEOPLE, "seed": seed}).encode()
        request = urllib.request.Request(f"{self.control}/organisations", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def run(*words: object, **more) -> None:
    print("+", *words, flush=True)
    subprocess.run([str(word) for word in words], check=True, **more)


def copied(name: str, made: Path) -> Path:
    """The driver's sources, where there is room for what is made of them."""
    folder = made / name
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    return folder


def typescript(made: Path) -> list[object]:
    folder = copied("typescript", made)
    shutil.copy(OPENAPI, folder / "openapi.json")
    run("npm", "ci", "--no-progress", "--silent", cwd=folder)
    run("npm", "run", "--silent", "generate", cwd=folder)
    run("npm", "run", "--silent", "build", cwd=folder)
    return ["npm", "run", "--silent", "--prefix", folder, "start"]


def python(made: Path) -> list[object]:
    folder = copied("python", made)
    environment = folder / "venv"
    run(sys.executable, "-m", "venv", environment)
    tools = environment / "bin"
    run(tools / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", folder / "requirements.txt")
    generator = tools / "openapi-python-client"
    run(generator, "generate", "--path", OPENAPI, "--output-path", folder / "menpai_client", "--meta", "none",
        "--overwrite", "--config", folder / "generator.yaml", "--fail-on-warning",
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    run(tools / "mypy", "main.py", cwd=folder)
    return [tools / "python", folder / "main.py"]


def rust(made: Path) -> list[object]:
    environment = dict(os.environ, MENPAI_OPENAPI=str(OPENAPI), CARGO_TARGET_DIR=str(made / "rust"))
    run("cargo", "build", "--locked", "--quiet", "--manifest-path", HERE / "rust" / "Cargo.toml", env=environment)
    return [made / "rust" / "debug" / "menpai-client-rust"]


def main() -> None:
    menpai, made = (Path(word).resolve() for word in sys.argv[1:3])
    chosen = sys.argv[3:] or ["typescript", "python", "rust"]
    clients = [globals()[name](made) for name in chosen]
    username, password = ADMINISTRATOR
    with Demo(menpai) as demo:
        for number, client in enumerate(clients):
            connection = demo.enterprise(1000 + number)
            run(*client, env={
                **os.environ,
                "MENPAI_API": demo.base,
                "MENPAI_USERNAME": username,
                "MENPAI_PASSWORD": password,
                "DINGTALK_CORP_ID": connection["corpId"],
                "DINGTALK_AGENT_ID": str(connection["agentId"]),
                "DINGTALK_CLIENT_ID": connection["clientId"],
                "DINGTALK_CLIENT_SECRET": connection["clientSecret"],
            })


if __name__ == "__main__":
    main()
