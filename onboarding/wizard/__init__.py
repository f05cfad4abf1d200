"""The wizard behind its pages: what was typed, what a worker found out, where an onboarding stands."""
