"""Deploying with the customer's own sign-in: from the page's side, from the worker's."""
