"""Carrying out a run: one step after the other, read back, until it is green or a person must act."""
