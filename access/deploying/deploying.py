"""Deploying with the customer's own sign-in, from the worker's side: check, look ahead, send, look after.

    asked ─ validate ─→ valid ─ what-if ─→ planned ─ their word ─→ confirmed ─→ sent ─→ succeeded, failed

`sent` is saved before the first byte leaves, and the deployment's name has a marker of its own. So whoever
goes on after a crash or a lost answer asks Azure for that name, and sends again only where it is not known:
the same template under the same name is the same deployment. Nothing is sent in the name of somebody who has
not said so, and where nobody can see how it went, it is asked again and then called unknown. What Azure then
says is told and is no proof: that is the run's own look from the provider's side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from access.deploying import deployments, looking_ahead
from access.deploying.hold import Hold, Lost, taken
from access.rows.deployments import SIGNED_OUT, UNKNOWN, Deployment
from onboarding.delegations import errors, lines
from onboarding.engine.digest import digest
from onboarding.running.carry import LOOKS
from tenants import vault
from tenants.microsoft import bridge, clouds
from tenants.microsoft.deploying import Answer, Deploying
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.fences import behind
from tenants.models import WriteStop

State = Deployment.State
Json = dict[str, Any]
MOST_CLAIMS = 10
ENDED = {"Succeeded": True, "Failed": False, "Canceled": False}
"""Azure's last words. An answer without any is none: it is looked at again."""


def look(deployment_id: int) -> float | None:
    """Hold it and carry it on. Seconds until it wants to be looked at again, or None: not needed."""
    hold = taken(deployment_id)
    try:
        return Steps(hold).work() if hold else None
    except Lost:
        return None


class Steps:
    """Of a deployment, while we hold it (deployment_hold.py)."""

    def __init__(self, hold: Hold) -> None:
        self.hold, self.row = hold, hold.row
        self.until = time.monotonic() + settings.RUN_SLICE_SECONDS
        self.does: dict[str, Callable[[], None]] = {
            State.ASKED: self.validate,
            State.VALID: self.look_ahead,
            State.CONFIRMED: self.commit,
            State.SENT: self.follow,
        }

    def work(self) -> float | None:
        try:
            if self.row.claims > MOST_CLAIMS:
                raise self.cut_off()
            while (do := self.does.get(self.row.state)) and self.row.is_open:
                do()
                if time.monotonic() > self.until:
                    raise Later(0, "its turn is over")
        except Later as later:
            return self.hold.wait(later.seconds)
        except Refused as refused:
            return self.refused(refused)
        except Rejected as said:
            self.hold.end(State.FAILED, *self.why(said.body or {"code": said.code, "message": said.message}))
        except NotFound as gone:
            self.hold.end(State.FAILED, "azure_said", {"why": str(gone)})
        else:
            self.hold.let_go()
        return None

    def cut_off(self) -> Refused:
        if self.row.state == State.SENT:
            return Refused(UNKNOWN, why="every look was cut off")
        return Refused("worker_crashed", times=str(MOST_CLAIMS), why="every try was cut off")

    def refused(self, refused: Refused) -> float | None:
        """What may have been sent is not called undone: Azure may show late what it took on."""
        if refused.reason == SIGNED_OUT:
            self.sign_in_is_over()
        elif self.row.state != State.SENT or refused.reason == UNKNOWN:
            self.hold.end(State.FAILED, refused.reason, refused.facts)
        elif self.row.looks < LOOKS:
            return self.hold.wait(0)
        else:
            facts = {"why": refused.reason, "subscription": self.row.subscription}
            self.hold.end(State.FAILED, UNKNOWN, facts)
        return None

    def sign_in_is_over(self) -> None:
        """Nothing is lost: it waits until its person signs in again."""
        state = State.SENT if self.row.state == State.SENT else State.ASKED
        self.hold.save(**deployments.WIPED, claims=0, state=state, reason=SIGNED_OUT, facts={})

    # One step each; it saves how far it came.

    def validate(self) -> None:
        if not self.row.where:
            self.check_place()
        answer = self.answer(lambda azure: azure.validate(self.row.name, self.body()))
        self.must_be_good(answer)
        self.hold.save(state=State.VALID, where="", looks=0)

    def look_ahead(self) -> None:
        answer = self.answer(lambda azure: azure.what_if(self.row.name, self.body()))
        self.must_be_good(answer)
        changes = looking_ahead.changes(deployments.standing(self.row), answer)
        number = digest([self.row.name, self.row.address, self.row.subscription, changes])
        if any(looking_ahead.is_strange(each) for each in changes):
            self.hold.end(State.FAILED, "deploy_unexpected", {}, changes=changes, told_at=now())
        else:
            told = {"changes": changes, "digest": number, "told_at": now()}
            self.hold.save(state=State.PLANNED, where="", looks=0, **told)

    def commit(self) -> None:
        """The intent is saved before anything is sent. Nothing was sent before it: a no to it is final."""
        self.check_place()
        self.may_write()
        body, looks = self.body(), self.row.looks
        self.hold.save(state=State.SENT, sent_at=now(), looks=0)
        try:
            self.put(body)
        except Later as later:
            if not later.maybe_done:
                self.hold.save(state=State.CONFIRMED, sent_at=None, looks=looks)
            raise
        raise Later(0, "Azure works on it")

    def follow(self) -> None:
        found = self.found()
        if found is None:
            self.send_again()
        state = str(((found or {}).get("properties") or {}).get("provisioningState") or "")
        if found is None or state not in ENDED:
            raise Later(0, "Azure works on it")
        if ENDED[state]:
            self.hold.succeed()
        else:
            self.hold.end(State.FAILED, *self.why(self.said(found)), told_at=now())

    def found(self) -> Json | None:
        """Who may not look, as after rights on demand ended, does not know that it went wrong."""
        try:
            state: Json | None = self.call(lambda azure: azure.state(self.row.name))
        except Rejected as said:
            raise Refused(UNKNOWN, why=str(said)[:300], subscription=self.row.subscription) from None
        return state

    def send_again(self) -> None:
        """In the name of who said so. A no to it says nothing of what was sent before; that may stand."""
        if self.row.confirmed_by != self.row.asked_by:
            raise Refused("deploy_not_yours")
        self.may_write()
        try:
            self.put(self.body())
        except (Rejected, NotFound) as said:
            raise Refused("azure_said", why=str(said)[:300]) from None

    def put(self, body: Json) -> None:
        try:
            self.call(lambda azure: azure.deploy(self.row.name, body))
        except Rejected as said:
            if said.code != "DeploymentActive":  # ours: nobody else has the marker in its name
                raise

    # What must hold before.

    def may_write(self) -> None:
        if WriteStop.objects.exists():
            raise Later(settings.RUN_STOPPED_SECONDS, "all writing is stopped")
        deployments.standing(self.row)

    def check_place(self) -> None:
        owner = self.call(lambda azure: azure.owner())
        if owner != str(self.row.tenant.tenant_id):
            raise Refused("delegation_elsewhere", id=owner, subscription=self.row.subscription)

    def must_be_good(self, answer: Json) -> None:
        if error := answer.get("error") or (answer.get("properties") or {}).get("error"):
            raise Rejected(200, "refused", "Azure would not take it", {"error": error})

    def body(self) -> Json:
        template = deployments.standing(self.row).template
        properties = {"mode": "Incremental", "template": template}
        return {"location": lines.location(clouds.current().name), "properties": properties}

    # Asking Azure.

    def call(self, ask: Callable[[Deploying], Any]) -> Any:
        azure = Deploying(
            clouds.current(), self.token(), str(self.row.tenant.tenant_id), self.row.subscription
        )
        return bridge.run(behind(self.hold.fence, ask(azure)), settings.RUN_LEASE_SECONDS / 2)

    def answer(self, begin: Callable[[Deploying], Any]) -> Json:
        """Begun once; while Azure works on it, the address of its answer is kept and asked."""
        where, about = self.row.where, deployments.about(self.row)
        asked: Answer = self.call((lambda azure: azure.look(vault.unseal(where, about))) if where else begin)
        if asked.body is None:
            self.hold.save(where=vault.seal(asked.where, about))
            raise Later(asked.seconds, "Azure works on it")
        return asked.body

    def token(self) -> str:
        """Only while it is good, and only the one that was sealed for this row."""
        try:
            if self.row.token_until > now():
                return vault.unseal(self.row.token, deployments.about(self.row))
        except vault.Unopened:
            pass
        raise Refused(SIGNED_OUT)

    # What Azure said.

    def said(self, found: Json) -> list[Any]:
        """Of each operation that failed, and of the whole; the first that is known counts."""
        try:
            parts = self.call(lambda azure: azure.operations(self.row.name))
        except (Rejected, NotFound):
            parts = []
        failed = (each.get("properties") or {} for each in parts)
        return [*(each.get("statusMessage") for each in failed), found["properties"].get("error")]

    def why(self, said: Any) -> tuple[str, dict[str, str]]:
        bodies = said if isinstance(said, list) else [said]
        reasons = [errors.reason(body) for body in bodies if body]
        known = (each for each in reasons if each[0] != "azure_said")
        reason, words = next(known, reasons[-1] if reasons else ("azure_said", ""))
        return reason, {"why": errors.short(words), "subscription": self.row.subscription}
