"""The parts of the form that makes a new version of an offer.

Each says its `fields`, how the page shows them (`sections`), what stands in them at first (`typed`), what is
wrong with what was typed (`mistakes`), and what of the offer's document comes of it (`changes`).
"""

from __future__ import annotations

from onboarding.offer_parts import azure, basics, names, policy, tiers

PARTS = (basics, tiers, azure, policy, names)
