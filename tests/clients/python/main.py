"""The main job with a generated Python client: from a new tenant to a message whose delivery is known."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

from menpai_client import AuthenticatedClient, Client
from menpai_client import models
from menpai_client.api.access import create_session
from menpai_client.api.directory import list_members
from menpai_client.api.messages import list_recipients, send_message
from menpai_client.api.sync import create_sync_run, get_sync_run
from menpai_client.api.tenants import create_api_token, create_tenant, put_ding_talk_application
from menpai_client.types import UNSET, Unset

T = TypeVar("T")
API = os.environ["MENPAI_API"]


def must(answer: T | models.Problem | None) -> T:
    """The answer, where only success makes sense."""
    if answer is None or isinstance(answer, models.Problem):
        raise RuntimeError(f"refused: {answer}")
    return answer


def until(what: str, ask: Callable[[], T | None]) -> T:
    """Asks until the answer is there, for at most a minute."""
    for _ in range(300):
        found = ask()
        if found is not None:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{what} takes longer than a minute")


def client(token: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=API, token=token, prefix="", auth_header_name="X-Access-Token")


def sign_in(username: str, password: str) -> models.Session | models.Problem | None:
    body = models.CreateSession(username=username, password=password)
    return create_session.sync(client=Client(base_url=API), body=body)


def all_members(administrator: AuthenticatedClient, tenant: int) -> list[models.Member]:
    found: list[models.Member] = []
    cursor: str | Unset = UNSET
    while True:
        page = must(list_members.sync(tenant, client=administrator, limit=10, cursor=cursor))
        found.extend(page.items)
        if not page.next_cursor:
            return found
        cursor = page.next_cursor


def main() -> None:
    session = must(sign_in(os.environ["MENPAI_USERNAME"], os.environ["MENPAI_PASSWORD"]))
    administrator = client(session.token)

    tenant = must(create_tenant.sync(client=administrator, body=models.CreateTenant(name="Python")))
    application = models.PutDingTalkApplication(
        agent_id=os.environ["DINGTALK_AGENT_ID"],
        client_id=os.environ["DINGTALK_CLIENT_ID"],
        client_secret=os.environ["DINGTALK_CLIENT_SECRET"],
        corp_id=os.environ["DINGTALK_CORP_ID"],
        enabled=True,
    )
    must(put_ding_talk_application.sync(tenant.id, client=administrator, body=application))

    wish = models.NewSyncRun(mode=models.SyncRunMode.APPLY)
    run_id = must(create_sync_run.sync(tenant.id, client=administrator, body=wish)).id

    def ended() -> models.SyncRun | None:
        found = must(get_sync_run.sync(tenant.id, run_id, client=administrator))
        return None if found.status in ("queued", "running") else found

    run = until("the run", ended)
    assert run.status == "succeeded", run
    members = all_members(administrator, tenant.id)
    assert len(members) == run.counts.members_created, f"{len(members)} members are listed"

    username = next(member.username for member in members if member.username)

    def signed_in() -> models.Session | None:
        answer = sign_in(username, tenant.house_number + username)
        return answer if isinstance(answer, models.Session) else None

    assert until("the hashing of the default password", signed_in).password_change_required

    rights = models.CreateApiToken(name="Python", scopes=[models.ApiTokenScope.MESSAGESSEND])
    program = client(must(create_api_token.sync(tenant.id, client=administrator, body=rights)).token)
    message = models.NewMessage(
        content=models.MessageContentTextContent(type_=models.MessageContentTextContentType.TEXT, text="来自 Python"),
        audience=models.MessageAudience(usernames=[username]),
    )
    sent = must(send_message.sync(tenant.id, client=program, body=message, idempotency_key="python-1"))

    def delivered() -> str | None:
        page = must(list_recipients.sync(tenant.id, sent.id, client=program))
        return next((one.state for one in page.items if one.state in ("unread", "read")), None)

    print(f"Python: {len(members)} members, the message is {until('the delivery', delivered)}")


if __name__ == "__main__":
    main()
