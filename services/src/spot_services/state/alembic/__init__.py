"""The environment of the migrations; Alembic loads it by its path."""
