"""What Alembic runs: all migrations in the transaction that `schema.bring_to_head` opened."""

from alembic import context

from assistant.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
