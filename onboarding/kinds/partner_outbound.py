"""In the provider's own tenant: the mirror, without which the customer's automatic redemption is idle."""

from __future__ import annotations

from typing import ClassVar

from onboarding.kinds.partner import Partner


class PartnerOutbound(Partner):
    name: ClassVar[str] = "partner_outbound"
