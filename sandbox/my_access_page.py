"""What My Access shows one person: what waits for their word, what they asked for, what they can ask for."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from sandbox import directory, session
from sandbox.cloud import Cloud
from sandbox.graph import clockwork, requests
from sandbox.graph.approvals import No, may_decide
from sandbox.graph.self_service import may_request
from sandbox.my_access_reviews import to_review
from sandbox.pages import button, form, page, paragraph
from sandbox.store import Object

STATES = {
    "pendingApproval": "waits for an approver",
    "submitted": "received",
    "delivering": "approved, being delivered",
    "partiallyDelivered": "delivered in part",
    "delivered": "delivered",
    "deliveryFailed": "could not be delivered",
    "denied": "denied",
    "expired": "ended",
    "canceled": "cancelled",
}
LINKS = (
    "A link to a package goes to its place on this page and marks it. Microsoft shows only what you can ask "
    "for; the sandbox shows the others, too, and says why you cannot."
)
HINT = (
    "The link that brought you here names no directory, so this is your own. Access packages of another "
    "organisation are behind a link with its domain: /@domain#/access-packages/id. Open the whole link."
)

MENU = """<nav aria-label="My Access"><a href="#/access-packages">Access packages</a>
<a href="#/requests">Request history</a> <a href="#/approvals">Approvals</a>
<a href="#/access-reviews">Access reviews</a></nav>"""
"""As Microsoft's, which has pages of their own; here they are places of one."""


def show(cloud: Cloud, request: Request, hinted: Object | None) -> Response:
    """Of the tenant that the link's hint names; without a hint, of the person's own."""
    who = session.person(cloud, request)
    if not who:
        return sign_in(cloud, request, hinted)
    tenant = hinted or directory.tenant(cloud, who[0])
    clockwork.tick(cloud, tenant["id"])
    body = where(request, tenant, hinted) + MENU + to_decide(cloud, request, tenant, who[1])
    body += packages(cloud, request, tenant, *who)
    here = known_here(cloud, tenant["id"], who[1])
    body += to_review(cloud, tenant, here, door(request, "reviews"))
    body += asked(cloud, tenant, who[1]) + held(cloud, tenant, who[1])
    return page("My Access", body, header=session.header(cloud, request))


def where(request: Request, tenant: Object, hinted: Object | None) -> str:
    if hinted:
        return paragraph(f"Access to {tenant['displayName']} ({request.path_params['domain']}).")
    return paragraph(f"Access to {tenant['displayName']}, your own organisation.") + paragraph(HINT)


def sign_in(cloud: Cloud, request: Request, hinted: Object | None) -> Response:
    """Without an action, so that the browser keeps what follows #."""
    whose = f" of {hinted['displayName']}" if hinted else ""
    first = paragraph(f"This is My Access{whose}. Choose who you are, at home in any tenant.")
    tenants = sorted(cloud.store.tenants(), key=lambda each: not hinted or each["id"] != hinted["id"])
    people = form("", {}, session.choices(cloud, tenants, "person"))
    body = first + people + paragraph(session.WINDOWS, "soft")
    return page("Sign in to My Access", body, header=session.header(cloud, request))


def known_here(cloud: Cloud, tid: str, person: Object) -> str:
    """The id that this tenant knows the person by, their guest's for somebody from elsewhere; else ""."""
    users = cloud.store.all(tid, "users")
    return next((user["id"] for user in users if _is(user, person)), "")


def _is(user: Object, person: Object) -> bool:
    return requests.same(requests.subject(user), requests.subject(person))


def to_decide(cloud: Cloud, request: Request, tenant: Object, person: Object) -> str:
    here, tid = known_here(cloud, tenant["id"], person), tenant["id"]
    waiting = [
        each for each in cloud.store.all(tid, "assignmentRequests") if may_decide(cloud, tid, each, here)
    ]
    cards = "".join(_decision(cloud, request, tenant, each) for each in waiting)
    none = paragraph("Nothing waits for your decision.", "soft")
    return f'<section id="/approvals"><h2>Approvals</h2>{cards or none}</section>'


def _decision(cloud: Cloud, request: Request, tenant: Object, asked: Object) -> str:
    who = asked["requestor"]
    words = asked.get("justification") or "No reason was given."
    why = '<label>Your reason <input name="words" maxlength="500"></label>'
    verdict = (
        why + button("decision", "approve", "Approve") + button("decision", "deny", "Deny", look="plain")
    )
    inner = _name(cloud, tenant, asked) + paragraph(f"{who['displayName']} ({who['email']}) asks: {words}")
    return _card(inner + form(door(request, "decisions"), {"request": asked["id"]}, verdict))


def asked(cloud: Cloud, tenant: Object, person: Object) -> str:
    mine = [
        each
        for each in cloud.store.all(tenant["id"], "assignmentRequests")
        if _mine(each["requestor"], person)
    ]
    cards = "".join(
        _card(_name(cloud, tenant, each) + paragraph(_state(each)) + _verdict(cloud, tenant, each))
        for each in reversed(mine)
    )
    none = paragraph("You have asked for nothing here.", "soft")
    return f'<section id="/requests"><h2>Request history</h2>{cards or none}</section>'


def held(cloud: Cloud, tenant: Object, person: Object) -> str:
    mine = [each for each in cloud.store.all(tenant["id"], "assignments") if _mine(each["target"], person)]
    cards = "".join(_card(_name(cloud, tenant, each) + paragraph(_until(each))) for each in mine)
    return f"<h2>Your access</h2>{cards or paragraph('You have no access here through a package.', 'soft')}"


def _mine(subject: Object, person: Object) -> bool:
    return requests.same(subject, requests.subject(person))


def _state(asked: Object) -> str:
    words = STATES.get(asked["state"]) or str(asked["state"])
    return f"Asked for on {asked['createdDateTime'][:10]}: {words}."


def _verdict(cloud: Cloud, tenant: Object, asked: Object) -> str:
    made = (each for each in cloud.store.all(tenant["id"], "decisions") if each["request"] == asked["id"])
    lines = (f"{each['by']} {each['verdict']} it: {each['words'] or 'no reason given'}." for each in made)
    return "".join(paragraph(line, "soft") for line in lines)


def _until(assignment: Object) -> str:
    end = assignment["schedule"].get("expiration", {}).get("endDateTime")
    until = f", until {end[:10]}" if end else ""
    words = STATES.get(assignment["state"]) or str(assignment["state"])
    return f"{words.capitalize()}{until}."


def packages(cloud: Cloud, request: Request, tenant: Object, home: str, person: Object) -> str:
    found = cloud.store.all(tenant["id"], "accessPackages")
    cards = "".join(_package(cloud, request, tenant, each, home, person) for each in found)
    none = paragraph(f"{tenant['displayName']} has no access packages yet.", "soft")
    inner = f"<h2>Access packages</h2>{cards or none}{paragraph(LINKS, 'soft')}"
    return f'<section id="/access-packages">{inner}</section>'


def _package(
    cloud: Cloud, request: Request, tenant: Object, package: Object, home: str, person: Object
) -> str:
    inner = f"<h3>{escape(package['displayName'])}</h3>{paragraph(package.get('description') or '', 'soft')}"
    try:
        may_request(cloud, tenant["id"], package["id"], home, person["id"])
        inner += _request_form(door(request, "requests"), package)
    except No as no:
        inner += paragraph(str(no))
    return _card(inner, f"/access-packages/{package['id']}")


def door(request: Request, name: str) -> str:
    """Where a form of this page is sent to: with the hint, where the page has one."""
    return f"{request.url.path.rstrip('/')}/{name}"


def _request_form(action: str, package: Object) -> str:
    """A browser that went back must not put what was written for one package into another one's field."""
    words = '<input name="words" required maxlength="500" autocomplete="off">'
    asked = f"<label>Why do you need it? {words}</label><button>Request</button>"
    return form(action, {"package": package["id"]}, asked)


def _name(cloud: Cloud, tenant: Object, item: Object) -> str:
    package = cloud.store.get(tenant["id"], "accessPackages", item["accessPackage"]["id"]) or {}
    return f"<h3>{escape(package.get('displayName', 'A package that is gone'))}</h3>"


def _card(inner: str, id: str = "") -> str:
    place = f' id="{escape(id)}"' if id else ""
    return f"<article{place}>{inner}</article>"
