"""Access reviews on the page of My Access: who has what, and whether they may keep it (facts 11, B1)."""

from __future__ import annotations

from html import escape

from sandbox.cloud import Cloud
from sandbox.graph import reviews
from sandbox.pages import button, form, paragraph
from sandbox.store import Object

WORDS = {
    "NotReviewed": "Nobody has answered yet.",
    "Approve": "{} answered: keep.",
    "Deny": "{} answered: take away.",
}


def to_review(cloud: Cloud, tenant: Object, reviewer_id: str, action: str) -> str:
    """Its place on the page is where a link to #/access-reviews leads."""
    asked = reviews.waiting_for(cloud, tenant["id"], reviewer_id)
    cards = "".join(_card(each, action) for each in asked)
    none = paragraph("No access review waits for you.", "soft")
    return f'<section id="/access-reviews"><h2>Access reviews</h2>{cards or none}</section>'


def _card(asked: Object, action: str) -> str:
    by = (asked.get("reviewedBy") or {}).get("displayName", "")
    said = paragraph(WORDS[asked["decision"]].format(by), "soft")
    who = f"Does {asked['principal']['displayName']} still need this access?"
    why = '<label>Why? <input name="words" maxlength="500"></label>'
    verdict = (
        why + button("decision", "approve", "Keep") + button("decision", "deny", "Take away", look="plain")
    )
    name = f"<h3>{escape(asked['resource']['accessPackageDisplayName'])}</h3>"
    inner = name + paragraph(who) + said + form(action, {"review": asked["id"]}, verdict)
    return f"<article>{inner}</article>"


def judge(cloud: Cloud, tid: str, reviewer_id: str, given: dict[str, str]) -> None:
    approve = given.get("decision") == "approve"
    reviews.decide(
        cloud, tid, given.get("review", ""), reviewer_id, approve=approve, words=given.get("words", "")
    )
