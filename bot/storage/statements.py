"""What use cases do to rows beyond loading and changing them."""

from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import Base
from bot.storage.unit import Tx

Row = TypeVar("Row", bound=Base)


def changed(tx: Tx, statement: Update | Delete) -> int:
    """Run it and give the number of rows that it changed. Objects loaded before do not follow: refresh them."""
    done = tx.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount


def add_once(tx: Tx, row: Base) -> bool:
    """Add a row unless its key is taken, also by somebody who adds it at this moment; False when it is."""
    try:
        with tx.session.begin_nested():
            tx.session.add(row)
    except IntegrityError:
        return False
    return True


def held(tx: Tx, table: type[Row], id_: str) -> Row:
    """A row as it stands now, which nobody else changes before this transaction ends."""
    tx.session.flush()  # what was changed and not written yet would be read over
    return tx.session.get_one(table, id_, with_for_update=True, populate_existing=True)
