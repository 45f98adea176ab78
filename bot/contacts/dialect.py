"""How a CSV file separates its cells."""

import re
from collections import Counter
from dataclasses import dataclass

from bot.contacts.numbers import phone_like

DELIMITERS = ",;\t|"
_LINES = 500
_CONSISTENT = 0.8  # share of lines that have the usual number of cells
_SEP = re.compile(r'"?sep=([\t!#-/:-@\[-`{-~])"?\r?(?:\n|$)', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_HIDE = str.maketrans(dict.fromkeys(DELIMITERS + "\r\n", " "))


@dataclass(frozen=True)
class Dialect:
    """``delimiter`` of the cells; ``declared``: characters of Excel's ``sep=;`` line, which is no row."""

    delimiter: str
    declared: int = 0


def find_dialect(sample: str) -> Dialect:
    """The dialect of a file that begins with ``sample`` (whole lines).

    Of the delimiters that give most lines the same number of cells, the one that sets phone numbers free, then the one
    that gives most cells. A file of one column gets a delimiter that is not in it.
    """
    if declared := _SEP.match(sample):
        return Dialect(declared[1], declared.end())
    plain = _QUOTED.sub(lambda quoted: quoted[0].translate(_HIDE), sample)
    rows = [row for row in plain.split("\n")[:_LINES] if row.strip()]
    scores = {delimiter: score for delimiter in DELIMITERS if (score := _score(rows, delimiter))}
    if scores:
        return Dialect(max(scores, key=lambda delimiter: scores[delimiter]))
    return Dialect(next((delimiter for delimiter in DELIMITERS if delimiter not in sample), ","))


def _score(rows: list[str], delimiter: str) -> tuple[float, ...] | None:
    counts = Counter(row.count(delimiter) for row in rows)
    usual, times = counts.most_common(1)[0] if counts else (0, 0)
    if not usual:
        return None
    share = times / len(rows)
    with_number = sum(1 for row in rows if any(phone_like(cell.strip(' "')) for cell in row.split(delimiter)))
    return (share >= _CONSISTENT, round(with_number / len(rows), 1), share, usual)
