"""Reviews by the customer: deciding, signing, what became of it, and the paper to keep."""
