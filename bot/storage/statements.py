"""Statements that change rows without loading them."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update

from bot.storage.unit import Tx


def changed(tx: Tx, statement: Update | Delete) -> int:
    """Run it and give the number of rows that it changed. Objects loaded before do not follow: refresh them."""
    done = tx.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount
