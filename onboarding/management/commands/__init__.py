"""Command lines. Status: 0 nothing to do or verified, 2 changes planned, 3 a person must act, 1 wrong."""
