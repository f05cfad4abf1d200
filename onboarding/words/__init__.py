"""The words of plans, offers and of everything a person must act on."""
