"""Which column is the number and which are the names: by the header's words, then by what stands in the cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.contacts.engine_errors import NoNumberColumn, WrongColumns
from bot.contacts.numbers import phone_like, valid_in
from bot.contacts.outcome import Column, Question, Target
from bot.contacts.synonyms import (
    FIRST_NAMES,
    LABELLED,
    LAST_NAMES,
    MOBILE_LABELS,
    WHOLE_NAMES,
    PhoneWord,
    phone_word,
    words,
)

HEADER_WITHIN = 10
"""A title may stand above the header: it is looked for among so many first rows."""
_PHONES_ENOUGH = 0.3  # share of cells that look like numbers in a column that may be proposed
_TRIED = 50  # cells of a column that are tried as numbers
_COUNTRIES = ("ID", "PH", "SG", "TH")

Row = Sequence[str]


@dataclass(frozen=True)
class Mapping:
    """The columns of a file with their targets, or the question to ask a person about them."""

    columns: tuple[Column, ...]
    question: Question | None = None

    def index(self, target: Target) -> int | None:
        """Where the column of this target stands, from 0; None: there is none."""
        return next((column.index for column in self.columns if column.target == target), None)


def find_header(rows: Sequence[Row]) -> int | None:
    """Which of the first rows is the header, from 0; None: the file has none.

    A row that names the number column is the header, with a title above it perhaps; else the first row that is not
    blank, unless a phone number stands in it.
    """
    filled = [place for place, row in enumerate(rows[:HEADER_WITHIN]) if any(cell.strip() for cell in row)]
    for place in filled:
        if any(phone_like(cell.strip()) for cell in rows[place]):
            break
        if max(phone_word(cell) for cell in rows[place]) >= PhoneWord.OTHER:
            return place
    if not filled or any(phone_like(cell.strip()) for cell in rows[filled[0]]):
        return None
    return filled[0]


def map_columns(header: Row | None, rows: Sequence[Row], width: int, chosen: Sequence[str] | None = None) -> Mapping:
    """The mapping of a file's columns.

    ``rows`` are some first rows below the header; ``chosen`` are a person's targets by position, which override.
    Raises NoNumberColumn when nothing looks like numbers, WrongColumns when ``chosen`` does not fit.
    """
    names = column_names(header, width)
    if chosen is not None:
        return _as_chosen(names, chosen)
    if header is None:
        why = "The file has no header row that says what its columns are."
        return Mapping(_columns(names, {}), Question(why, _most_phone_like(rows, width)))
    ranks: list[int] = [phone_word(cell) for cell in (*header, *[""] * width)[:width]]
    ranks = [r if r != PhoneWord.PERHAPS or _phone_share(rows, i) > _PHONES_ENOUGH else 0 for i, r in enumerate(ranks)]
    targets, notes = _names(header)
    number = _best_number(header, ranks, rows) if any(ranks) else None
    if number is None:
        proposed = _most_phone_like(rows, width)
        if proposed is None and not any(ranks):
            raise NoNumberColumn
        why = "Several columns may be the number." if any(ranks) else "No header says which column is the number."
        return Mapping(_columns(names, targets, notes), Question(why, proposed))
    targets[number] = Target.MSISDN
    notes |= {i: "phone number, not used" for i, rank in enumerate(ranks) if rank and i != number}
    return Mapping(_columns(names, targets, notes))


def column_names(header: Row | None, width: int) -> list[str]:
    """A name for each column, all different: the header's words, or the letter that a sheet shows."""
    names: list[str] = []
    for index in range(width):
        name = header[index].strip() if header is not None and index < len(header) else ""
        lettered = f"column {letter(index)}"
        names.append(lettered if not name else name if name not in names else f"{name} ({lettered})")
    return names


def letter(index: int) -> str:
    """A column's letters as a sheet shows them: 0 is A, 26 is AA."""
    text = ""
    while index >= 0:
        index, digit = divmod(index, 26)
        text, index = chr(65 + digit) + text, index - 1
    return text


def _columns(
    names: Sequence[str], targets: dict[int, Target], notes: dict[int, str] | None = None
) -> tuple[Column, ...]:
    return tuple(Column(i, name, targets.get(i, ""), (notes or {}).get(i, "")) for i, name in enumerate(names))


def _as_chosen(names: Sequence[str], chosen: Sequence[str]) -> Mapping:
    for name in chosen:
        if name and name not in set(Target):
            raise WrongColumns(why=f"{name} is none of {', '.join(Target)}")
    targets = {index: Target(name) for index, name in enumerate(chosen) if name}
    if len(chosen) > len(names):
        raise WrongColumns(why=f"{len(chosen)} are named and the file has {len(names)}")
    if len(set(targets.values())) < len(targets):
        raise WrongColumns(why="one is named twice")
    if Target.MSISDN not in targets.values():
        raise WrongColumns(why="none is msisdn, the number")
    return Mapping(_columns(names, targets))


def _names(header: Row) -> tuple[dict[int, Target], dict[int, str]]:
    """The columns of the names. A whole name goes to firstName when there is no better one, and the note says so."""
    said = [words(cell) for cell in header]
    first = next((i for i, text in enumerate(said) if text in FIRST_NAMES), None)
    last = next((i for i, text in enumerate(said) if text in LAST_NAMES), None)
    whole = next((i for i, text in enumerate(said) if text in WHOLE_NAMES), None)
    notes = {}
    if first is None and whole is not None:
        first = whole
        notes = {whole: "whole name, goes to firstName"} if last is None else {}
    pairs = ((first, Target.FIRST_NAME), (last, Target.LAST_NAME))
    return {index: target for index, target in pairs if index is not None}, notes


def _best_number(header: Row, ranks: Sequence[int], rows: Sequence[Row]) -> int | None:
    """The column of the number; None when several are equally good."""
    filled = [rank if rank and _phone_share(rows, i) else 0 for i, rank in enumerate(ranks)]
    ranks = filled if any(filled) else ranks
    best = [index for index, rank in enumerate(ranks) if rank == max(ranks)]
    if len(best) == 1:
        return best[0]
    said = [words(header[index]) for index in best]
    if all(LABELLED.fullmatch(text) for text in said):
        return max(best, key=lambda index: (_labelled_mobile(header, rows, index), -index))
    if len({re.sub(r" ?\d+\b", "", text) for text in said}) == 1:  # Phone, Phone 2, Phone 3
        return min(best, key=lambda index: (_serial(words(header[index])), index))
    return None


def _serial(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def _labelled_mobile(header: Row, rows: Sequence[Row], index: int) -> int:
    """In how many rows Google's label beside this number says that it is a mobile one."""
    stem = words(header[index]).removesuffix(" value")
    label = next((i for i, cell in enumerate(header) if words(cell) in {f"{stem} label", f"{stem} type"}), None)
    return 0 if label is None else sum(bool(MOBILE_LABELS.search(row[label])) for row in rows if label < len(row))


def _cells(rows: Sequence[Row], index: int) -> list[str]:
    return [cell for row in rows if index < len(row) and (cell := row[index].strip())]


def _phone_share(rows: Sequence[Row], index: int) -> float:
    cells = _cells(rows, index)
    return sum(phone_like(cell) for cell in cells) / len(cells) if cells else 0.0


def _most_phone_like(rows: Sequence[Row], width: int) -> int | None:
    """The column that looks most like phone numbers: by its cells' shape, and by how many would be valid somewhere."""
    scores = {index: share for index in range(width) if (share := _phone_share(rows, index)) >= _PHONES_ENOUGH}
    for index in scores:
        tried = _cells(rows, index)[:_TRIED]
        scores[index] += sum(any(valid_in(cell, region) for region in _COUNTRIES) for cell in tried) / len(tried)
    return max(scores, key=lambda index: scores[index], default=None)
