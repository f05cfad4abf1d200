"""Tasks that only the customer's own people can do, and whether they were seen done."""
