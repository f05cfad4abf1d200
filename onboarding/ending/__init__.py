"""Ending: all of a customer's access, single ones, or for a while."""
