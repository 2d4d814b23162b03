"""Tries every operation of the specification as every role: `trial.py <menpai> [--examples N] [--role NAME]…`.

schemathesis makes the requests, from the specification that the server itself serves: fitting ones and such as must be
refused, methods that nobody takes, ids that exist and ids that do not. No answer may be a failure inside the server, or
one that the specification does not know.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from appliance import Appliance
from company import Company, Role

HERE = Path(__file__).parent
# What these do to a tenant would end the trial of everything else, so they do it to another.
ON_THE_SPARE_TENANT = {"putDingTalkApplication", "deleteDingTalkApplication", "changeTenant", "rotateHouseNumber"}


def fitted(specification: dict, ids: dict[str, list], spare: int) -> dict:
    """The specification with the ids that exist as the values of its path parameters."""
    for methods in specification["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                known = ids.get(parameter["name"]) if parameter["in"] == "path" else None
                if parameter["name"] == "tenantId" and operation["operationId"] in ON_THE_SPARE_TENANT:
                    known = [spare]
                if known:
                    parameter["schema"]["enum"] = known
            for response in operation["responses"].values():
                stream = response.get("content", {}).get("text/event-stream")
                if stream:
                    stream["schema"] = event(stream["schema"]["items"])
    return specification


def event(data: dict) -> dict:
    """One event of a stream, for which OpenAPI 3.0 has no words: its data is JSON of the schema that is streamed."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def tried(company: Company, role: Role, arguments: argparse.Namespace) -> bool:
    """Whether everything held for this role."""
    specification = fitted(company.call("GET", "/openapi.json"), company.objects(role), company.spare)
    file = Path(company.appliance.directory.name) / "openapi.json"
    file.write_text(json.dumps(specification), encoding="utf-8")
    environment = dict(os.environ, SCHEMATHESIS_HOOKS="hooks", PYTHONPATH=str(HERE))
    environment["TRIAL_ROLE"] = json.dumps(role.__dict__)
    words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", str(file)]
    words += ["--url", company.appliance.base, "--max-examples", str(arguments.examples)]
    words += ["--seed", str(arguments.seed)]
    print(f"--- as {role.name} ---", flush=True)
    done = subprocess.run(words + arguments.rest, env=environment, cwd=company.appliance.directory.name, check=False)
    if not company.appliance.is_running():
        print("the server ended", file=sys.stderr)
        return False
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("menpai", type=Path)
    parser.add_argument("--examples", type=int, default=20, help="requests an operation, at most, in each phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", action="append")
    arguments, arguments.rest = parser.parse_known_args()
    with Appliance(arguments.menpai.resolve()) as appliance:
        company = Company(appliance)
        roles = [role for role in company.roles if not arguments.role or role.name in arguments.role]
        failed = [role.name for role in roles if not tried(company, role, arguments)]
        panicked = [line for line in Path(appliance.log).read_text(encoding="utf-8").splitlines() if "panicked" in line]
    print("\n".join(panicked), end="\n" if panicked else "")
    print(f"trial: failed as {', '.join(failed)}" if failed else f"trial: {len(roles)} roles, nothing to complain of")
    return 1 if failed or panicked else 0


if __name__ == "__main__":
    sys.exit(main())
