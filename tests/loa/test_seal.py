"""The desk's seal on a letter: it holds, it breaks at any change, and it is known by its certificate alone."""

import asyncio
import io
import random
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import typst
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bot.loa import seal
from bot.loa.box import Box
from bot.loa.page.mark import Mark, draw
from bot.loa.page.strokes import read
from bot.loa.seal import Sealer
from bot.loa.seal_keys import SealKeys
from bot.storage.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "a secret of thirty-two characters"
BOX = Box(1, 60, 400, 300, 70)
LETTER = b"#set page(width: 595pt, height: 842pt)\n= Letter"


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    """A letter of one page."""
    return bytes(typst.compile(LETTER))


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    """A key pair."""
    opened = seal.opened(*seal.new_key(SECRET, NOW), SECRET)
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def sealed(unsigned: bytes, sealer: Sealer) -> bytes:
    """The letter, sealed."""
    looks = draw(Mark("Nguyễn Thị Hường 陳 สมชาย", "Director", NOW), BOX)
    return seal.sealed(unsigned, BOX, looks, sealer, at=NOW, name="Nguyễn Thị Hường", reason="LOA")


def ink(pdf: bytes) -> float:
    """The share of dark pixels in the box."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    part = page.crop((60, 842 - 470, 360, 842 - 400))
    dark = sum(1 for tone in part.tobytes() if tone < 128)
    return dark / (part.width * part.height)


def test_the_seal_begins_with_the_letters_bytes_and_holds(unsigned: bytes, sealed: bytes, sealer: Sealer) -> None:
    """Nothing of what was read is changed; who signed and when stands in it, and the signature is seen."""
    assert sealed.startswith(unsigned)
    assert seal.verified(sealed, [sealer.certificate]) == seal.Seal(True, True, "Nguyễn Thị Hường", NOW)
    assert ink(unsigned) == 0
    assert ink(sealed) > 0.01


async def test_others_find_it_in_order_too(sealed: bytes, sealer: Sealer) -> None:
    """As any reader judges that is given the certificate: intact, the whole file, no change allowed."""
    (one,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    status = await async_validate_pdf_signature(one, ValidationContext(trust_roots=[one.signer_cert], moment=NOW))
    assert status.bottom_line
    assert one.docmdp_level.name == "NO_CHANGES"


def test_one_flipped_byte_breaks_it(sealed: bytes, sealer: Sealer, seed: int) -> None:
    """Wherever it is of all that was sealed: in the letter, in the looks, or in what finds its parts."""
    dice = random.Random(seed)
    (one,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    _, until, since, _ = (int(each) for each in one.byte_range)
    places = [*range(until), *range(since, len(sealed))]
    for at in dice.sample(places, 60):
        spoilt = bytearray(sealed)
        spoilt[at] ^= 1 << dice.randrange(8)
        assert not seal.verified(bytes(spoilt), [sealer.certificate]).holds, at


def test_what_is_added_later_shows(sealed: bytes, sealer: Sealer) -> None:
    """A later version of the file is not the one that was sealed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    later = io.BytesIO()
    writer.write(later)
    assert not seal.verified(later.getvalue(), [sealer.certificate]).holds


def test_another_desks_seal_is_not_ours(sealed: bytes) -> None:
    """A certificate of the same name does not help: it must be the very one."""
    stranger, _ = seal.new_key(SECRET, NOW)
    assert seal.verified(sealed, [stranger]) == seal.NONE


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"no pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>"]
)
def test_what_is_no_sealed_file_has_no_seal(content: bytes, sealer: Sealer) -> None:
    """Whatever comes out of the store, the answer is no, not an error."""
    assert seal.verified(content, [sealer.certificate]) == seal.NONE


def test_the_unsigned_letter_has_no_seal(unsigned: bytes, sealer: Sealer) -> None:
    """There is nothing to hold."""
    assert seal.verified(unsigned, [sealer.certificate]) == seal.NONE


def test_a_key_is_opened_by_its_secret_alone() -> None:
    """And it is shown nowhere."""
    certificate, private = seal.new_key(SECRET, NOW)
    assert "ENCRYPTED" in private
    assert seal.opened(certificate, private, SECRET[::-1]) is None
    opened = seal.opened(certificate, private, SECRET)
    assert opened is not None
    assert "KEY" not in repr(opened)


async def test_replicas_and_restarts_seal_with_one_key(database: Database) -> None:
    """Made once, also when two begin at the same moment."""
    first, second = SealKeys(database, SECRET), SealKeys(database, SECRET)
    both = await asyncio.gather(first.current(NOW), second.current(NOW))
    again = await SealKeys(database, SECRET).current(NOW + timedelta(days=365))
    assert len({each.certificate for each in (*both, again)}) == 1
    assert await first.certificates() == (again.certificate,)


async def test_a_new_secret_or_an_old_certificate_makes_a_new_key(database: Database) -> None:
    """Older seals are known all the same."""
    before = await SealKeys(database, SECRET).current(NOW)
    other = await SealKeys(database, SECRET[::-1]).current(NOW)
    late = await SealKeys(database, SECRET).current(NOW + timedelta(days=3600))
    assert len({before.certificate, other.certificate, late.certificate}) == 3
    assert (await SealKeys(database, SECRET).certificates())[0] == before.certificate


def test_a_drawn_signature_is_as_large_as_its_box_lets_it(unsigned: bytes, sealer: Sealer) -> None:
    """A small hand is made larger, a large one smaller; a dot stays a dot."""
    hands = read("[[10, 10, 90, 60, 180, 10], [60, 60]]"), read("[[0, 0, 900, 400, 0, 400, 900, 0]]")
    looks = [draw(Mark("A", "", NOW, strokes), BOX) for strokes in hands]
    shares = [ink(seal.sealed(unsigned, BOX, one, sealer, at=NOW, name="A", reason="")) for one in looks]
    assert all(0.004 < share < 0.2 for share in shares)
