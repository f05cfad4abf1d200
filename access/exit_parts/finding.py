"""Look for all that is the provider's in the directory: by its tenant id, not by what a portal wrote."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from access.exit_parts.web import ODD, ODD_WORDS, Held, Refused, pages, read, send
from access.exit_parts.words import KIT, Found, Thing, is_provider, plain

ELM = "/identityGovernance/entitlementManagement"
PARTNERS = "/policies/crossTenantAccessPolicy/partners"
PEOPLE = "id,displayName,mail,otherMails,userPrincipalName,userType"
DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LINKED = "accessPackage,questions,customExtensionStageSettings($expand=customExtension)"
HOLDING = ("delivered", "delivering", "partiallyDelivered")
WAITING = ("pendingApproval", "scheduled")


class Directory:
    """One look. What it learns on the way (organisations, people, domains) tells the later sorts apart."""

    def __init__(self, token: Held | str) -> None:
        self.token = token
        self.found = Found()
        self.homes: dict[str, str] = {}
        self.organizations: set[str] = set()
        self.people: set[str] = set()

    def look(self) -> Found:
        for sort, look in (
            ("app", self.apps),
            ("partner", self.partners),
            ("organization", self.connected),
            ("guest", self.guests),
            ("policy", self.policies),
            ("request", self.requests),
            ("assignment", self.assignments),
        ):
            self.gather(sort, look)
        return self.found

    def gather(self, sort: str, look: Callable[[], Iterable[Thing]]) -> None:
        try:
            self.found.things.extend(look())
        except Refused as no:
            self.found.unread.append((sort, str(no)))
        except ODD:
            self.found.unread.append((sort, ODD_WORDS))

    def every(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        asked = urllib.parse.urlencode({"$" + name: value for name, value in query.items()})
        return pages(self.token, f"{graph_url(path)}?{asked}" if asked else graph_url(path))

    def apps(self) -> Iterator[Thing]:
        for each in self.every("/servicePrincipals", select="id,appId,displayName,appOwnerOrganizationId"):
            if is_provider(each.get("appOwnerOrganizationId")):
                why = f"registered in the provider's tenant, app id {each.get('appId')}"
                yield thing("app", each, why, f"/servicePrincipals/{each['id']}")

    def partners(self) -> Iterator[Thing]:
        for tenant_id in KIT["providers"]:
            path = f"{PARTNERS}/{tenant_id}"
            named = {"displayName": f"Settings for tenant {tenant_id}"}
            if sync := read(self.token, graph_url(path + "/identitySynchronization")):
                why = "it brings people of that tenant"
                yield thing("synchronization", {**sync, **named}, why, path + "/identitySynchronization")
            if entry := read(self.token, graph_url(path)):
                yield thing("partner", {**entry, **named}, "it names the provider's tenant", path)

    def connected(self) -> Iterator[Thing]:
        for each in self.every(f"{ELM}/connectedOrganizations"):
            if any(is_provider(source.get("tenantId")) for source in each.get("identitySources") or ()):
                self.organizations.add(each["id"])
                why = "its identity source is the provider's tenant"
                yield thing("organization", each, why, f"{ELM}/connectedOrganizations/{each['id']}")

    def guests(self) -> Iterator[Thing]:
        """Guests and synchronised members, whose sign-in name says that they are at home elsewhere."""
        for each in self.every("/users", select=PEOPLE, top="999"):
            name = str(each.get("userPrincipalName") or "")
            if "#EXT#" not in name.upper() and each.get("userType") != "Guest":
                continue
            mails = [each.get("mail") or "", *(each.get("otherMails") or ()), former(name)]
            if where := next((mail for mail in mails if self.is_theirs(mail)), ""):
                self.people.add(each["id"])
                why = f"{where.rpartition('@')[2]} is a domain of the provider's tenant"
                yield thing("guest", each, why, f"/users/{each['id']}")

    def policies(self) -> Iterator[Thing]:
        if any(sort == "organization" for sort, _ in self.found.unread):
            raise Refused(0, "", "the connected organisations, which policies name, could not be read")
        for each in self.every(f"{ELM}/assignmentPolicies", expand=LINKED):
            targets = each.get("specificAllowedTargets") or []
            others = [one for one in targets if one.get("connectedOrganizationId") not in self.organizations]
            path = f"{ELM}/assignmentPolicies/{each['id']}"
            if len(others) < len(targets):
                package = (each.get("accessPackage") or {}).get("displayName", "")
                yield thing("policy", each, f"of the package {plain(package)}", path)
                if not others:
                    yield thing("empty policy", each, f"of the package {plain(package)}", path)

    def requests(self) -> Iterator[Thing]:
        expand = "requestor($expand=connectedOrganization),accessPackage"
        for state in WAITING:
            for each in self.every(f"{ELM}/assignmentRequests", filter=f"state eq '{state}'", expand=expand):
                if self.is_person_of_theirs(each.get("requestor") or {}):
                    yield person("request", each, each.get("requestor") or {}, "assignmentRequests")

    def assignments(self) -> Iterator[Thing]:
        for state in HOLDING:
            asked = {"filter": f"state eq '{state}'", "expand": "target,accessPackage"}
            for each in self.every(f"{ELM}/assignments", **asked):
                if self.is_person_of_theirs(each.get("target") or {}):
                    yield person("assignment", each, each.get("target") or {}, "assignments")

    def is_person_of_theirs(self, subject: dict[str, Any]) -> bool:
        organization = (subject.get("connectedOrganization") or {}).get("id")
        if organization in self.organizations or subject.get("objectId") in self.people:
            return True
        return self.is_theirs(subject.get("email") or "")

    def is_theirs(self, mail: str) -> bool:
        return is_provider(self.home(mail.rpartition("@")[2].lower()))

    def home(self, domain: str) -> str:
        """The tenant a domain belongs to, as the sign-in service tells anybody; "" where it is none's."""
        if domain not in self.homes:
            self.homes[domain] = self.ask_home(domain) if DOMAIN.fullmatch(domain) else ""
        return self.homes[domain]

    def ask_home(self, domain: str) -> str:
        address = f"{KIT['login']}/{domain}/v2.0/.well-known/openid-configuration"
        try:
            return issuer_tenant(send(urllib.request.Request(address)))  # noqa: S310
        except Refused as no:
            if no.status not in (400, 404):
                self.found.unread.append(("guest", f"whose the domain {plain(domain)} is: {no}"))
            return ""


def issuer_tenant(answer: Any) -> str:
    """An answer that names no tenant tells nothing: neither that a domain is theirs nor that it is not."""
    issuer = str(answer.get("issuer") or "") if isinstance(answer, dict) else ""
    tenant = issuer.partition("://")[2].partition("/")[2].partition("/")[0]
    if not tenant:
        raise Refused(0, "strange answer", "the sign-in service named no tenant")
    return tenant.lower()


def graph_url(path: str) -> str:
    return f"{KIT['graph']}/v1.0{path}"


def thing(sort: str, raw: dict[str, Any], why: str, path: str) -> Thing:
    return Thing(sort, plain(raw.get("displayName") or raw.get("id")), plain(why), graph_url(path), raw)


def person(sort: str, raw: dict[str, Any], who: dict[str, Any], path: str) -> Thing:
    package = (raw.get("accessPackage") or {}).get("displayName", "")
    name = f"{who.get('displayName') or ''} {who.get('email') or ''}".strip() or who.get("objectId")
    why = f"package {plain(package)}, {raw.get('state')}"
    return Thing(sort, plain(name), why, graph_url(f"{ELM}/{path}/{raw['id']}"), raw)


def former(name: str) -> str:
    """ann_fabrikam.example#EXT#@northwind… was somebody@fabrikam.example: no domain has an underscore."""
    return "@" + re.split("#ext#", name, flags=re.IGNORECASE)[0].rpartition("_")[2]
