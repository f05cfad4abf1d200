"""Command lines. Exit status: 0 nothing to do or done and verified, 2 changes are planned, 3 a person must act, 1 wrong."""
