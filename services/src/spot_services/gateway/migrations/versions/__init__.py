"""One file for each revision; Alembic loads them by their path."""
