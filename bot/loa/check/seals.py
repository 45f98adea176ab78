"""Digital signatures in a PDF that came back: whether they hold, and cover all of it.

Whose certificate it is nobody here can know: the name in it is shown, as a hand's signature would be.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

_UNREADABLE = (
    PdfError, SignatureValidationError, SigningError, ValueError, KeyError, TypeError, AttributeError, IndexError,
    NotImplementedError, RecursionError, OSError, ArithmeticError, AssertionError, zlib.error,
)  # fmt: skip
"""What the library raises at signatures that are spoilt."""
_DATED = ModificationLevel.LTA_UPDATES
_KEPT = frozenset({ModificationLevel.NONE, _DATED, ModificationLevel.FORM_FILLING})


@dataclass(frozen=True)
class Seal:
    """``broken`` says why the signatures do not hold; empty: they do. ``by``: the name in the last certificate."""

    by: str
    broken: str


def seal_of(path: Path) -> Seal:
    """What the digital signatures of a file come to."""
    try:
        with path.open("rb") as file:
            found = PdfFileReader(file, strict=False).embedded_regular_signatures
            if not found:
                return Seal("", "there is a field for one, and nothing that can be checked")
            names = [str(each.signer_cert.subject.native.get("common_name", "")) for each in found]
            troubles = [trouble for each in found if (trouble := _trouble(each, is_last=each is found[-1]))]
            return Seal(names[-1] or "unnamed", troubles[0] if troubles else "")
    except _UNREADABLE as error:
        return Seal("", f"it cannot be read ({type(error).__name__})")


def _trouble(one: EmbeddedPdfSignature, *, is_last: bool) -> str:
    status = validate_pdf_signature(one, ValidationContext(trust_roots=[], allow_fetching=False))
    if not (status.intact and status.valid):
        return "the file was changed after it was signed"
    covers = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or status.modification_level == _DATED
    if (is_last and not covers) or status.modification_level not in _KEPT or not status.docmdp_ok:
        return "something was added after it was signed"
    return ""
