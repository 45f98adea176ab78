<%
    def steps(code):
        lines = [line for line in (code or "pass").splitlines() if "# ###" not in line]
        return "\n".join(lines).strip() or "pass"
%>\
"""${message[:1].upper()}${message[1:].rstrip(".")}."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports + chr(10) if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}


def upgrade() -> None:
    """Go forward."""
    ${steps(upgrades)}


def downgrade() -> None:
    """Go back."""
    ${steps(downgrades)}
