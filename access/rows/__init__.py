"""The tables of access that models.py does not hold itself; it names them all."""
