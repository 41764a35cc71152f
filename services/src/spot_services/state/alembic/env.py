"""Runs the migrations on the connection that the program gives; Alembic loads this file."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_revision",
    # All migrations in the caller's transaction: a crash leaves the schema as it was.
    transactional_ddl=True,
)
context.run_migrations()
