"""The rows of single rooms, beside models.py, which names them all."""
