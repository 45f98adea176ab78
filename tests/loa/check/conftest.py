"""Letters that come back: signed, scanned, photographed, drawn on, sealed and spoilt, made here from a real one."""

import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFilter
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from bot.loa.check.examine import examine
from bot.loa.check.plane import drawn, fit
from bot.loa.check.rules import Expected, Judged
from bot.loa.letter import DrawnLetter, LetterData, draw
from bot.loa.samples import samples

DOTS = 150
BLUE, BLACK = (25, 35, 120), (30, 30, 34)
DESK = (96, 72, 50)
FLAT = ((0.06, 0.05), (0.94, 0.06), (0.95, 0.95), (0.05, 0.94))
"""Where a sheet's corners are in a photograph from above, as shares of its sides."""
LETTERS = {each.name: each.data for each in samples()}


@dataclass(frozen=True)
class Post:
    """A letter that went out, and ways in which it comes back: each makes the bytes of a file."""

    data: LetterData
    letter: DrawnLetter
    folder: Path

    @property
    def expected(self) -> Expected:
        """What the desk knows of the letter that went out."""
        path = self.folder / "letter.pdf"
        path.write_bytes(self.letter.pdf)
        letter = self.letter
        return Expected(path, letter.sha256, letter.code, self.data.number, letter.pages, letter.box)

    def judge(self, came: bytes) -> Judged:
        """What is said of a file; made here, without the child."""
        digest = hashlib.sha256(came).hexdigest()[:12]
        path, into = self.folder / f"came-{digest}", self.folder / f"made-{digest}"
        path.write_bytes(came)
        into.mkdir(exist_ok=True)
        return examine(self.expected, path, into)

    @property
    def original(self) -> bytes:
        """The letter as it went out."""
        return self.letter.pdf

    def saved_again(self) -> bytes:
        """As a viewer saves it, without a change."""
        return _saved(self.original, lambda _: None)

    def printed(self, page: int | None = None) -> Image.Image:
        """A page on paper; the one that is signed unless another is named, from 1."""
        with pypdfium2.PdfDocument(self.original) as document:
            return document[(page or self.letter.box.page) - 1].render(scale=DOTS / 72).to_pil().convert("RGB")

    def signed(self, ink: tuple[int, int, int] = BLUE) -> Image.Image:
        """The page on paper, signed by hand in the box."""
        paper = self.printed()
        ImageDraw.Draw(paper).line(list(self._strokes(paper.height)), fill=ink, width=3, joint="curve")
        return paper

    def _strokes(self, height: int) -> list[tuple[float, float]]:
        """A hand's up and down over half of the box, in pixels of the page."""
        box, scale = self.letter.box, DOTS / 72
        left, middle = box.left * scale, height - (box.bottom + box.height / 2) * scale
        for_width, for_height = box.width * scale, box.height * scale
        return [
            (
                left + for_width * (0.15 + 0.5 * step / 240 + 0.03 * math.sin(step / 9)),
                middle + for_height * 0.35 * math.sin(step / 7) * math.cos(step / 31),
            )
            for step in range(240)
        ]

    def drawn_on(self, kind: str) -> bytes:
        """Signed in a viewer: with its pen (``Ink``), or a stamp of a signature (``Stamp``)."""
        points = [(x * 72 / DOTS, y * 72 / DOTS) for x, y in self._strokes(0)]

        def add(pdf: pikepdf.Pdf) -> None:
            page = pdf.pages[self.letter.box.page - 1]
            height = float(page.mediabox[3])
            line = [(x, height + (-y - height)) for x, y in points]
            path = " ".join(f"{x:.1f} {y:.1f} {'l' if at else 'm'}" for at, (x, y) in enumerate(line))
            looks = pdf.make_stream(f"1.4 w 0.1 0.1 0.5 RG {path} S".encode())
            looks.Type, looks.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            looks.BBox = pikepdf.Array(self._rectangle())
            ink = {"/InkList": pikepdf.Array([pikepdf.Array([part for point in line for part in point])])}
            self._annotate(pdf, kind, looks, ink if kind == "Ink" else {})

        return _saved(self.original, add)

    def typed_on(self) -> bytes:
        """A name typed into the box, as a text of its own."""

        def add(pdf: pikepdf.Pdf) -> None:
            left, bottom, *_ = self._rectangle()
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            words = f"BT /F 40 Tf {left + 10} {bottom + 20} Td (Siti Rahayu) Tj ET"
            looks = pdf.make_stream(words.encode())
            looks.Type, looks.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            looks.BBox = pikepdf.Array(self._rectangle())
            looks.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            self._annotate(pdf, "FreeText", looks, {"/Contents": "Siti Rahayu", "/DA": "/F 40 Tf"})

        return _saved(self.original, add)

    def with_picture(self) -> bytes:
        """A photograph of a signature pasted into the box."""
        box = self.letter.box
        picture = Image.new("RGB", (600, 130), (205, 204, 200))
        line = [(20 + 2.3 * step, 65 + 50 * math.sin(step / 7)) for step in range(240)]
        ImageDraw.Draw(picture).line(line, fill=BLACK, width=5)
        rectangle = pikepdf.Rectangle(box.left + 30, box.bottom + 5, box.left + 280, box.bottom + 60)
        return _saved(self.original, lambda pdf: _paste(pdf, box.page, picture, rectangle))

    def sealed(self, letter: bytes | None = None) -> bytes:
        """Digitally signed, by a certificate that says Siti Rahayu, without anything that is seen."""
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(letter or self.original))
        meta = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
        signers.sign_pdf(writer, meta, signer=_signer(), output=out)
        return out.getvalue()

    def changed_after_seal(self) -> bytes:
        """Digitally signed, and then changed by something that was put behind it."""
        writer = IncrementalPdfFileWriter(io.BytesIO(self.sealed()))
        writer.root["/PageMode"] = writer.root.raw_get("/Pages")
        writer.update_root()
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def _rectangle(self) -> list[float]:
        box = self.letter.box
        return [box.left, box.bottom, box.left + box.width, box.bottom + box.height]

    def _annotate(self, pdf: pikepdf.Pdf, kind: str, looks: pikepdf.Object, more: dict[str, Any]) -> None:
        mark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{kind}"), Rect=pikepdf.Array(self._rectangle()),
            F=4, AP=pikepdf.Dictionary(N=looks), **{name.removeprefix("/"): value for name, value in more.items()},
        )  # fmt: skip
        pdf.pages[self.letter.box.page - 1].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(mark)]))


def scanned(*pages: Image.Image, turned: float = 0.7) -> bytes:
    """As an office scanner makes it: pages a little askew, as pictures in a PDF."""
    out = io.BytesIO()
    first, *rest = [page.rotate(turned, Image.Resampling.BICUBIC, fillcolor="white") for page in pages]
    first.save(out, "PDF", resolution=DOTS, save_all=True, append_images=rest)
    return out.getvalue()


def photographed(
    paper: Image.Image, *, corners: tuple[tuple[float, float], ...] = FLAT, size: tuple[int, int] = (1000, 1334),
    turned: float = 0, shadow: str = "", blur: float = 0.8, noise: float = 5, quality: int = 75, kind: str = "JPEG",
    orientation: int = 1,
) -> bytes:  # fmt: skip
    """As a phone sees it on a desk: aslant, in bad light, blurred, noisy; ``orientation`` is what its EXIF says."""
    wide, high = size
    sheet = np.array([(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)], dtype=float)
    onto = fit(np.array(corners) * size, sheet, bends=True)
    seen = np.asarray(drawn(paper, onto, size), dtype=np.float32)
    on_desk = np.asarray(drawn(Image.new("L", paper.size, 0), onto, size)) > 127
    seen = np.where(on_desk[..., None], np.array(DESK, dtype=np.float32), seen) * _light(wide, high, shadow)[..., None]
    grain = np.random.default_rng(7).normal(0, noise, (high, wide, 1)).astype(np.float32)
    soft = np.asarray(_as_image(seen * (1.0, 0.97, 0.9)).filter(ImageFilter.GaussianBlur(blur)))
    picture = _as_image(soft + grain)
    if turned:
        picture = picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    picture.save(out, kind, quality=quality, exif=exif)
    return out.getvalue()


def _light(wide: int, high: int, shadow: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """How bright the light is: even, ``fading`` to less than half, or with the ``edge`` of a shadow in the box."""
    down, right = np.mgrid[0:high, 0:wide].astype(np.float32)
    across = 0.6 * right / wide + 0.4 * down / high
    if shadow == "fading":
        return (1 - 0.6 * across).astype(np.float32)
    return np.where((shadow == "edge") & (0.5 * right / wide + down / high > 0.93), 0.5, 1.0).astype(np.float32)


def _as_image(tones: Any) -> Image.Image:
    return Image.fromarray(np.clip(tones, 0, 255).astype(np.uint8))


def _saved(pdf: bytes, change: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, **how)
    return out.getvalue()


def _paste(pdf: pikepdf.Pdf, page: int, picture: Image.Image, rectangle: pikepdf.Rectangle) -> None:
    made = io.BytesIO()
    picture.save(made, "PDF")
    with pikepdf.open(io.BytesIO(made.getvalue())) as other:
        pdf.pages[page - 1].add_overlay(other.pages[0], rectangle)


@cache
def _signer() -> signers.SimpleSigner:
    """A hand's own certificate, made here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Siti Rahayu")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=99))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    packed = serialization.pkcs12.serialize_key_and_certificates(b"", key, made, None, plain[1])
    signer = signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[])
    assert signer is not None
    return signer


@pytest.fixture(scope="session")
def post(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """A letter of one page, for Globe in the Philippines."""
    return _post(LETTERS["PH-international-globe"], tmp_path_factory.mktemp("post"))


@pytest.fixture(scope="session")
def long_post(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """A letter of two pages, signed on the second."""
    return _post(LETTERS["names-longest"], tmp_path_factory.mktemp("long-post"))


@pytest.fixture(scope="session")
def other_post(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """Another letter of ours."""
    data = replace(LETTERS["PH-international-smart"], number="LOA-000777-2")
    return _post(data, tmp_path_factory.mktemp("other-post"))


@pytest.fixture(scope="session")
def older_post(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """The same letter, from before its traffic was changed."""
    data = replace(LETTERS["PH-international-globe"], monthly_traffic=1)
    return _post(data, tmp_path_factory.mktemp("older-post"))


def _post(data: LetterData, folder: Path) -> Post:
    return Post(data, draw(data, None), folder)


class Ways:
    """What is done to files, for tests: their modules cannot import this one."""

    scanned = staticmethod(scanned)
    photographed = staticmethod(photographed)
    saved = staticmethod(_saved)
    paste = staticmethod(_paste)


@pytest.fixture(scope="session")
def ways() -> Ways:
    """How files come to be."""
    return Ways()
