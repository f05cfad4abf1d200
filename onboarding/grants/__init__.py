"""Who can do what in a customer's tenant: read there by the worker, judged, kept with when it was seen."""
