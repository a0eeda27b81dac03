"""Alembic calls this: it runs the migrations on the connection it was given."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Every step or none: the caller has begun a transaction, and SQLite can roll back DDL.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
