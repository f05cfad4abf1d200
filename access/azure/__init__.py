"""Azure for the customer: what to deploy, in which ways, and guards of the customer's own."""
