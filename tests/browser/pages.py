"""Every page there is: who looks at it and where. A page that is missing here fails a test."""

from __future__ import annotations

STEPS = (
    "tenant",
    "offer",
    "reader",
    "readiness",
    "people",
    "plan",
    "agreement",
    "setup",
    "progress",
    "hand-over",
    "call",
)
PAGES = {
    "signin": ("anonymous", "/signin/"),
    "signin-over": ("anonymous", "/signin/return/"),
    "people": ("alice", "/people/"),
    "offers": ("alice", "/offers/"),
    "offer": ("alice", "/offers/managed-defender/"),
    "help": ("alice", "/help/"),
    "not-opened": ("ann", "/help/it-did-not-open/"),
    "consented": ("alice", "/consent/return/"),
    "new-tenant": ("alice", "/tenants/new/"),
    "customers": ("alice", "/customers/"),
    "customers-none": ("bob", "/customers/"),
    "my-customers": ("ann", "/my-customers/"),
    "my-customers-none": ("bob", "/my-customers/"),
    "customer": ("alice", "/tenants/northwind/"),
    "customer-new": ("alice", "/tenants/contoso/"),
    "customer-reviewer": ("rita", "/tenants/northwind/"),
    "end": ("alice", "/tenants/northwind/end/"),
    "end-reviewer": ("rita", "/tenants/northwind/end/"),
    "hand-over": ("ann", "/tenants/northwind/hand-over/"),
    "home-reviewer": ("rita", "/"),
    "runs": ("alice", "/runs/"),
    "run": ("alice", "/tenants/northwind/runs/{run}/"),
    "agreement": ("rita", "/tenants/northwind/agreement/{plan}/"),
    "agreed": ("rita", "/tenants/northwind/agreement/{agreed}/"),
    "records": ("audrey", "/record/"),
    "record": ("audrey", "/tenants/northwind/record/?check=1"),
    "begin": ("alice", "/tenants/contoso/onboard/"),
    **{f"onboard-{step}": ("alice", f"/tenants/northwind/onboard/{step}/") for step in STEPS},
    "404": ("anonymous", "/there-is-no-such-page/"),
}
"""Name of the picture → who looks, and where."""
