"""What the commands of ``senderdesk senderid`` have in common."""

from enum import StrEnum
from typing import Annotated

import typer

Country = Annotated[str, typer.Argument(help="The country's code or name: PH, Philippines.", metavar="COUNTRY")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")]


class Headquarters(StrEnum):
    """Where a company has its headquarters, seen from the country."""

    LOCAL = "local"
    INTERNATIONAL = "international"
