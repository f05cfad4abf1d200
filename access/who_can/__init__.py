"""Who can do what in a tenant, in words, and how each of it is stopped by hand."""
