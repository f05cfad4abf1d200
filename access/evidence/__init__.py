"""What a customer can keep and check without us: the evidence pack, and the receipt of an end."""
