"""The desk's own seal: it puts a signature's looks into a letter's box and makes any later change show.

Whoever checks the file learns that it left this desk so, and when the desk's clock said. Who held the pen it does not
prove: the certificate is self-made, and nobody but us vouches for it. There is no time stamp of a third party.
"""

import asyncio
import io
import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bot.loa.box import Box

FIELD = "Signature"
_YEARS = 10
_BEFORE = timedelta(hours=1)
"""Clocks differ: a certificate is good a little before it was made."""
_UNBROKEN = frozenset({ModificationLevel.NONE, ModificationLevel.LTA_UPDATES})


@dataclass(frozen=True)
class Sealer:
    """A certificate and its private key, both PEM; the key is in the clear, in memory only."""

    certificate: str
    private_key: bytes

    def __repr__(self) -> str:
        """Without the key."""
        return "Sealer(...)"


@dataclass(frozen=True)
class Seal:
    """What a file's seal says. ``intact``: it is ours and fits the bytes; ``whole``: nothing was added after it."""

    intact: bool
    whole: bool
    signer: str
    at: datetime | None

    @property
    def holds(self) -> bool:
        """The file is as it left us."""
        return self.intact and self.whole


_NO_SEAL = (
    PdfError, SignatureValidationError, SigningError, UnacceptableSignerError, zlib.error,
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RuntimeError,
)  # fmt: skip
"""What the library raises for files that are broken: the second line is where it did not expect that."""
NONE = Seal(intact=False, whole=False, signer="", at=None)


def new_key(secret: str, now: datetime) -> tuple[str, str]:
    """A new certificate and its private key, PEM; the key is encrypted with ``secret``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sender Desk")])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    hidden = serialization.BestAvailableEncryption(secret.encode())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def opened(certificate: str, private_key: str, secret: str) -> Sealer | None:
    """The key pair ready for use; None when another secret keeps it."""
    try:
        key = serialization.load_pem_private_key(private_key.encode(), secret.encode())
    except ValueError:
        return None
    clear = serialization.NoEncryption()
    return Sealer(certificate, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear))


def good_until(certificate: str) -> datetime:
    """The last moment of a certificate."""
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


# Sealing


class _Page(PdfContent):
    """The page of a small PDF, to be drawn somewhere else."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Its name among the resources, drawn."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        name = f"/Import{uuid.uuid4().hex}"
        self.resources.xobject[name] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return f"{name} Do".encode()


class _At(PdfSigner):
    """A signer whose clock is ours."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: FBT001, FBT002 - as there
        """As there, at our time."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _looks(pdf: bytes) -> StaticStampStyle:
    exactly = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(), inner_content_scaling=InnerScaling.NO_SCALING
    )
    return StaticStampStyle(border_width=0, background=_Page(pdf), background_layout=exactly, background_opacity=1.0)


@dataclass(frozen=True)
class Beside:
    """What else is written on the letter when it is sealed: a small PDF, on a page from 1, in points."""

    pdf: bytes
    page: int
    left: float
    bottom: float
    width: float
    height: float


async def seal(
    letter: bytes, box: Box, looks: bytes, sealer: Sealer, *, at: datetime, name: str, reason: str,
    beside: Iterable[Beside] = (),
) -> bytes:  # fmt: skip
    """The letter with a signature's looks in its box, and the seal over all of it. It begins with the letter's bytes.

    Work for the processor: see ``sealed``. ``name`` and ``reason`` are what readers show of it.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(letter))
    for one in beside:
        stamp = _looks(one.pdf).create_stamp(writer, BoxConstraints(one.width, one.height), {})
        stamp.apply(one.page - 1, round(one.left), round(one.bottom))
    corners = (box.left, box.bottom, box.left + box.width, box.bottom + box.height)
    field = SigFieldSpec(
        FIELD, on_page=box.page - 1, box=tuple(round(each) for each in corners),  # type: ignore[arg-type] # four
        readable_field_name=name,
    )  # fmt: skip
    described = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", name=name, reason=reason, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    signer = _At(described, _signer(sealer), stamp_style=_looks(looks), new_field_spec=field)
    signer.at = at.astimezone(UTC).replace(microsecond=0)
    out = io.BytesIO()
    await signer.async_sign_pdf(writer, output=out)
    return out.getvalue()


def sealed(*args: Any, **kwargs: Any) -> bytes:
    """``seal`` in a thread of its own."""
    return asyncio.run(seal(*args, **kwargs))


def _signer(sealer: Sealer) -> SimpleSigner:
    private = load_private_key_from_pemder_data(sealer.private_key, None)
    return SimpleSigner(_certificate(sealer.certificate), private, SimpleCertificateStore())  # type: ignore[no-untyped-call] # theirs


def _certificate(text: str) -> Any:
    return next(iter(load_certs_from_pemder_data(text.encode())))


# Checking


async def verify(pdf: bytes, certificates: Iterable[str]) -> Seal:
    """What the seal of a file says, when it is one of these certificates'; NONE where there is none of ours."""
    ours = [_certificate(each) for each in certificates]
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(found) != 1:
            return NONE
        (one,) = found
        if one.signer_cert.dump() not in {each.dump() for each in ours}:
            return NONE
        at = one.self_reported_timestamp
        known = ValidationContext(trust_roots=[one.signer_cert], allow_fetching=False, moment=at)
        status = await async_validate_pdf_signature(one, known)
    except _NO_SEAL:
        return NONE
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and status.modification_level in _UNBROKEN
    return Seal(
        intact=bool(status.intact and status.valid and status.docmdp_ok),
        whole=whole,
        signer=str(one.sig_object.get("/Name", "")),
        at=at,
    )


def verified(pdf: bytes, certificates: Iterable[str]) -> Seal:
    """``verify`` in a thread of its own."""
    return asyncio.run(verify(pdf, certificates))
