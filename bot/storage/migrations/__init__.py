"""Alembic's environment: ``bot.storage.migrate`` runs it, ``bot.schema`` writes revisions; there is no alembic.ini."""
