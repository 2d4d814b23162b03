"""What a trial needs to find things: two tenants in step with DingTalk, a caller of every role, one of every object.

Invariant: nobody of a role stands among the objects, so no call takes the ground from under the caller.
"""

import time
from dataclasses import dataclass

from appliance import ADMINISTRATOR, Appliance

PASSWORD = "Something-else-entirely-7"
SCOPES = ["directory:read", "sync:run", "messages:send"]
TEXT = {"content": {"type": "text", "text": "试"}, "audience": {"everyone": True}}


@dataclass
class Role:
    """A kind of caller; who is nobody's account has no `username`, and no `spare` one for sessions that are ended."""

    name: str
    token: str | None
    username: str | None = None
    spare: tuple[str, str] | None = None


class Company:
    """The tenants `main` and `spare`, the roles, and the ids that exist by the parameter that takes them."""

    def __init__(self, appliance: Appliance):
        self.appliance = appliance
        self.token = appliance.sign_in(*ADMINISTRATOR)
        self.main, self.spare = (self.tenant(name, one) for name, one in zip("甲乙", appliance.applications))
        people = self.call("GET", f"/tenants/{self.main}/members?limit=500&status=active")["items"]
        named = [person for person in people if person.get("username") and person.get("accountId")]
        self.roles, self.people = self.callers(named[:6]), named[6:]

    def call(self, method: str, path: str, body: object = None) -> dict:
        return self.appliance.call(method, path, self.token, body)

    def tenant(self, name: str, application: dict) -> int:
        """A tenant that is connected and synchronised."""
        tenant = self.call("POST", "/tenants", {"name": name})["id"]
        self.call("PUT", f"/tenants/{tenant}/dingtalk", application)
        self.settled(tenant, self.call("POST", f"/tenants/{tenant}/syncRuns", {"mode": "apply"})["id"])
        return tenant

    def settled(self, tenant: int, run: str) -> dict:
        """A run that has come to its end."""
        for _ in range(600):
            found = self.call("GET", f"/tenants/{tenant}/syncRuns/{run}")
            if found["status"] not in ("queued", "running"):
                return found
            time.sleep(0.1)
        raise TimeoutError(f"the run {run} does not end")

    def callers(self, people: list[dict]) -> list[Role]:
        """Accounts with passwords of their own, each in the role that it tries."""
        house = self.call("GET", f"/tenants/{self.main}")["houseNumber"]
        member, spare_member, tenant, spare_tenant, platform, spare_platform = people
        for person in people:
            session = self.appliance.sign_in(person["username"], house + person["username"])
            change = {"currentPassword": house + person["username"], "newPassword": PASSWORD}
            self.appliance.call("POST", "/me/password", session, change)
        for person in (tenant, spare_tenant):
            self.call("PUT", f"/tenants/{self.main}/administrators/{person['accountId']}")
        for person in (platform, spare_platform):
            self.call("PUT", f"/administrators/{person['accountId']}")
        token = self.call("POST", f"/tenants/{self.main}/apiTokens", {"name": "试", "scopes": SCOPES})["token"]

        def role(name: str, first: dict, spare: dict) -> Role:
            token = self.appliance.sign_in(first["username"], PASSWORD)
            return Role(name, token, first["username"], (spare["username"], PASSWORD))

        return [
            role("platform", platform, spare_platform),
            role("tenant", tenant, spare_tenant),
            role("member", member, spare_member),
            Role("token", token),
            Role("nobody", None),
        ]

    def objects(self, role: Role) -> dict[str, list]:
        """Makes at least one of everything that a path can name, whatever a role before did; the ids for this role."""
        here = f"/tenants/{self.main}"
        self.call("PATCH", f"/tenants/{self.spare}", {"status": "active"})
        self.call("PUT", f"/tenants/{self.spare}/dingtalk", self.appliance.applications[1])
        # Not the first run of all: to undo that one takes everybody away, callers included.
        runs = []
        for mode in ("preview", "apply"):
            runs.append(self.call("POST", f"{here}/syncRuns", {"mode": mode})["id"])
            self.settled(self.main, runs[-1])
        message = self.call("POST", f"{here}/messages", TEXT)["id"]
        # A role may have made as many as there may be.
        self.clear(f"{here}/webhooks")
        self.clear(f"{here}/apiTokens", "?limit=200", kept="试")
        webhook = {"url": "http://127.0.0.1:9/", "events": ["sync.finished"]}
        hooks = [self.call("POST", f"{here}/webhooks", webhook)["id"] for _ in range(3)]
        self.call("POST", f"{here}/webhooks/{hooks[0]}/ping")
        tokens = [self.call("POST", f"{here}/apiTokens", {"name": name, "scopes": SCOPES})["id"] for name in "abc"]
        backups = [self.call("POST", "/backups")["id"]]
        deliveries = self.call("GET", f"{here}/webhooks/{hooks[0]}/deliveries")["items"]
        conflicts = self.call("GET", f"{here}/conflicts")["items"]
        some = self.people[:12]
        return {
            "tenantId": [self.main],
            "memberId": [person["id"] for person in some],
            "accountId": [person["accountId"] for person in some],
            "runId": runs,
            "messageId": [message],
            "conflictId": [conflict["id"] for conflict in conflicts],
            "tokenId": tokens,
            "webhookId": hooks,
            "deliveryId": [delivery["id"] for delivery in deliveries],
            "backupId": backups,
            "sessionId": self.further_sessions(role),
        }

    def clear(self, path: str, query: str = "", kept: str | None = None) -> None:
        """Deletes all of a list, but for those of one name."""
        for one in self.call("GET", path + query)["items"]:
            if kept is None or one["name"] != kept:
                self.call("DELETE", f"{path}/{one['id']}")

    def further_sessions(self, role: Role) -> list[str]:
        """Sessions of the role's own account, without the one that it calls with."""
        if role.username is None:
            return []
        for _ in range(3):
            self.appliance.sign_in(role.username, PASSWORD)
        sessions = self.appliance.call("GET", "/me/sessions", role.token)["items"]
        return [session["id"] for session in sessions if not session["current"]]
