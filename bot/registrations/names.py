"""Names, compared and mended as people would: sender IDs, companies, brands, and the names that operators refuse."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

COMPARED = 200
"""Characters of a name that are looked at: no name is longer, and what somebody pastes may be."""
MEANINGFUL = 3
"""Letters from which a word of a company's name tells whose it is."""
_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L"}
    | {"\u0131": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "&": " ", "@": "at", "\u2019": "", "'": ""}
)
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_FIRST = ("pt", "cv", "ud")
_LAST = (
    *("tbk", "inc", "incorporated", "ltd", "limited", "pte", "llc", "llp", "plc", "co", "company", "corp"),
    *("corporation", "sdn", "bhd", "gmbh", "pty", "opc", "public"),
)
_SAYS_NOTHING = frozenset((*_FIRST, *_LAST, "holdings", "group", "the", "and", "of"))
_LEGAL_FORM = re.compile(
    rf"^({'|'.join(_FIRST)})\b\.?\s*|[\s,]+({'|'.join(_LAST)})\b\.?(?=$|[\s,])",
    re.IGNORECASE,
)


def fold(text: str) -> str:
    """The text in plain ASCII: accents dropped, ligatures spelled out; what has no Latin form is left out."""
    decomposed = unicodedata.normalize("NFKD", text[:COMPARED].translate(_SPELLED))
    return "".join(char for char in decomposed if char.isascii() and char.isprintable())


def letters(name: str) -> str:
    """Only the letters, in lower case: what remains when case, digits and specials do not matter."""
    return "".join(char for char in fold(name) if char.isalpha()).lower()


def tokens(name: str) -> list[str]:
    """The parts that a reader sees, in lower case: "KopiInfo-24" has kopi, info, kopiinfo and 24."""
    plain = fold(name)
    return [token.lower() for token in (*_TOKEN.findall(plain), *_WORD.findall(plain))]


def owner_words(owner: str) -> list[str]:
    """The words of a company's or brand's name that tell whose it is, without its legal form; all if none is left."""
    words = [word.lower() for word in _WORD.findall(fold(owner))]
    return [word for word in words if word not in _SAYS_NOTHING] or words


def without_legal_form(owner: str) -> str:
    """The name as people say it: "Kopi Nusantara" of "PT Kopi Nusantara Tbk"."""
    spoken = _LEGAL_FORM.sub(" ", owner[:COMPARED])
    return " ".join(spoken.split()).strip(" ,.") or owner.strip()


def is_made_of(name: str, words: Iterable[str]) -> bool:
    """Whether nothing but these words is in it, in any case, order and number: "SMS-Info1" is made of info and sms."""
    whole = letters(name)
    parts = {letters(word) for word in words} - {""}
    reached = {0}
    for at in range(len(whole)):
        if at in reached:
            reached |= {at + len(part) for part in parts if whole.startswith(part, at)}
    return bool(whole) and len(whole) in reached


def is_linked(name: str, owner: str) -> bool:
    """Whether a reader sees whose sender ID it is: a word of the owner's name is in it, or it abbreviates the name."""
    short, words = letters(name), [kept for word in owner_words(owner) if (kept := letters(word))]
    if any(len(word) >= MEANINGFUL and word in short for word in words):
        return True
    return len(short) > 1 and _abbreviates(short, words)


def _abbreviates(short: str, words: list[str]) -> bool:
    """Beginnings of the words, in their order, make up the whole: KNusa, KopiNus, KN."""
    reached = {0}
    for word in words:
        beginnings = [word[:length] for length in range(1, len(word) + 1)]
        reached |= {at + len(part) for at in reached for part in beginnings if short.startswith(part, at)}
    return len(short) in reached


def is_named(owner: str, text: str) -> bool:
    """Whether the text names the owner, its legal form left aside; case, blanks and punctuation do not matter."""
    told = _plain(text)
    return any(spoken and spoken in told for spoken in (_plain(owner), _plain(without_legal_form(owner))))


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def candidates(name: str, owners: Iterable[str], longest: int, refused: Iterable[str]) -> Iterator[str]:
    """What could be registered instead, the likest first. Which of them will do is for the rules to say."""
    unwanted = {letters(word) for word in refused}
    for typed in (name, *(without_legal_form(owner) for owner in owners)):
        plain = fold(typed).strip()
        words = _WORD.findall(plain)
        kept = [word for word in words if letters(word) not in unwanted]
        parts = [part for word in words for part in _TOKEN.findall(word) if part.lower() not in unwanted]
        yield re.sub(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "", plain)
        for some in (words, kept, parts):
            yield _cut(some, longest)
            yield _cut([re.sub(r"[0-9]", "", word) for word in some], longest)
        yield from (word[:longest] for word in words)


def _cut(words: list[str], longest: int) -> str:
    """The words as one, cut so that no stump of one or two letters of a word is left at the end."""
    spelled = [word[:1].upper() + word[1:] for word in words] if len(words) > 1 else words
    whole = "".join(spelled)
    cut = whole[:longest]
    end = 0
    for word in spelled:
        if end < len(cut) < end + len(word):
            stump = len(cut) - end
            return cut[:end] if end >= MEANINGFUL and stump < MEANINGFUL else cut
        end += len(word)
    return cut
