"""Agreements: who agreed to which plan, by which word, signed or on paper."""
