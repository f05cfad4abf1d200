"""In the customer's tenant: what it trusts of the provider's, and whom of it it lets in as a guest."""

from __future__ import annotations

from typing import ClassVar

from onboarding.kinds.partner import Partner


class PartnerInbound(Partner):
    name: ClassVar[str] = "partner_inbound"
