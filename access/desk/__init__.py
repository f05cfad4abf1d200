"""The analysts' desk: their customers, what to ask for there, and the doors."""
