"""PDFs that were made to do harm, one function an attack.

`ATTACKS` has them by name, with what may come of each: ``read``, or the codes of the refusals.
``python -m tests.pdf.hostile FOLDER`` writes them out.
"""

from __future__ import annotations

import io
import random
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

MB = 1_000_000

#: Where a document that runs something would leave a mark, relative to the working folder.
MARK = "run-by-a-document"


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack and what may come of it; one that ``read`` is to give has this many pages."""

    make: Callable[[], bytes]
    outcomes: frozenset[str]
    pages: int = 1


ATTACKS: dict[str, Attack] = {}

Maker = Callable[[], bytes]


def attack(*outcomes: str, pages: int = 1) -> Callable[[Maker], Maker]:
    """Register what makes a file under the function's name."""

    def register(make: Maker) -> Maker:
        ATTACKS[make.__name__] = Attack(make, frozenset(outcomes), pages)
        return make

    return register


# -- building ---------------------------------------------------------------------------


def stream(data: bytes, entries: str = "") -> bytes:
    """A stream object's body."""
    head = f"<< {entries} /Length {len(data)} >>".encode()
    return head + b"\nstream\n" + data + b"\nendstream"


def deflated(chunks: Iterable[bytes], times: int = 1) -> bytes:
    """Chunks packed so many times over; not all of them are held at once."""
    packer = zlib.compressobj(9)
    data = b"".join([packer.compress(chunk) for chunk in chunks]) + packer.flush()
    return data if times == 1 else deflated([data], times - 1)


def bomb(unit: bytes, megabytes: int, times: int = 2, entries: str = "") -> bytes:
    """A stream that unpacks to so many MB of a repeated unit."""
    chunk = unit * (MB // len(unit))
    data = deflated((chunk for _ in range(megabytes)), times)
    filters = " ".join(["/FlateDecode"] * times)
    return stream(data, f"/Filter [{filters}] {entries}")


def pdf(objects: dict[int, bytes], trailer: str = "", root: int = 1) -> bytes:
    """A PDF of numbered objects with a sound cross-reference table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    size = max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        place = places.get(number)
        out.write(b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n")
    head = f"trailer\n<< /Size {size} /Root {root} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    out.write(head.encode())
    return out.getvalue()


HELLO = b"BT /F1 12 Tf 72 720 Td (12.5) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def document(
    content: bytes = HELLO,
    *,
    page: str = "",
    resources: str = "",
    catalog: str = "",
    raw_content: bytes | None = None,
    box: str = "0 0 595 842",
    **objects: bytes,
) -> bytes:
    """A PDF of one page; ``objects`` are more of them, as ``o7=…``. 1 to 5 are taken."""
    more = {int(name[1:]): body for name, body in objects.items()}
    return pdf(
        {
            1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {page} "
                f"/Resources << /Font << /F1 5 0 R >> {resources} >> >>"
            ).encode(),
            4: stream(content) if raw_content is None else raw_content,
            5: FONT,
            **more,
        }
    )


def honest(pages: int = 3) -> bytes:
    """A sound PDF with a ruled table on each page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for page in range(1, pages + 1):
        for row in range(20):
            for column in range(5):
                x, y = 60 + 90 * column, 760 - 24 * row
                canvas.rect(x, y, 90, 24)
                canvas.drawString(x + 6, y + 8, f"{page}.{row}{column}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# -- what unpacks, or draws, to much more than it is ------------------------------------------


@attack("pdf-bomb")
def content_bomb() -> bytes:
    """Some 2 kB of drawing instructions that unpack to 300 MB."""
    return document(raw_content=bomb(b"0 0 1 1 re f ", 300))


@attack("pdf-bomb")
def flate_bomb() -> bytes:
    """Zeros, packed three times."""
    return document(raw_content=bomb(bytes(1000), 400, times=3))


@attack("pdf-bomb")
def form_bomb() -> bytes:
    """The bomb stands in a form that the page draws."""
    form = bomb(b"0 0 1 1 re f ", 200, entries="/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return document(b"/X Do", resources="/XObject << /X 7 0 R >>", o7=form)


@attack("pdf-bomb", "pdf-memory", "pdf-time", "pdf-broken", "pdf-pages")
def object_stream_bomb() -> bytes:
    """The page's object lies in an object stream that unpacks to 600 MB."""
    return _cross_reference_stream(bomb(b" " * 1000, 600, entries="/Type /ObjStm /N 1 /First 4"))


@attack("pdf-bomb", "pdf-memory", "pdf-time", "pdf-broken")
def cross_reference_bomb() -> bytes:
    """The cross-reference table is a stream that unpacks to 800 MB."""
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    table = bomb(bytes(1000), 800, entries="/Type /XRef /W [1 4 1] /Size 99999999 /Root 1 0 R")
    return head + b"2 0 obj\n" + table + f"\nendobj\nstartxref\n{len(head)}\n%%EOF".encode()


def _cross_reference_stream(packed: bytes) -> bytes:
    """A PDF whose page 3 lies in the object stream 4."""
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        4: packed,
    }
    out, places = b"%PDF-1.7\n", {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = places[5] = len(out)
    rows = b"\0" * 6
    for number in range(1, 6):
        kind, place = (2, 4) if number == 3 else (1, places[number])
        rows += bytes([kind]) + place.to_bytes(4, "big") + b"\0"
    table = stream(rows, "/Type /XRef /W [1 4 1] /Size 6 /Root 1 0 R")
    return out + b"5 0 obj\n" + table + f"\nendobj\nstartxref\n{start}\n%%EOF".encode()


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def million_rectangles() -> bytes:
    """A page with a million rectangles, each somewhere else."""
    place = random.Random(1).random
    lines = (f"{place() * 500:.2f} {place() * 800:.2f} 9 9 re S\n" for _ in range(MB))
    data = deflated(line.encode() for line in lines)
    return document(raw_content=stream(data, "/Filter /FlateDecode"))


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def million_ruled_cells() -> bytes:
    """Two thousand rules each way, so a grid of four million cells."""
    across = (f"0 {i * 0.4:.1f} m 595 {i * 0.4:.1f} l S\n" for i in range(2000))
    down = (f"{i * 0.29:.2f} 0 m {i * 0.29:.2f} 842 l S\n" for i in range(2000))
    return document("".join([*across, *down]).encode() + HELLO)


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def million_characters_at_a_point() -> bytes:
    """A million characters, all printed in one place."""
    data = deflated(b"BT /F1 9 Tf 1 0 0 1 99 99 Tm (8) Tj ET\n" for _ in range(MB))
    return document(raw_content=stream(data, "/Filter /FlateDecode"))


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def million_character_word() -> bytes:
    """One word of a million characters, far beyond the page."""
    return document(b"BT /F1 9 Tf 9 9 Td (" + b"8" * MB + b") Tj ET")


@attack("read", "pdf-nested", "pdf-time")
def form_draws_itself() -> bytes:
    """A form that draws itself."""
    form = stream(
        b"/X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>",
    )
    return document(b"/X Do", resources="/XObject << /X 7 0 R >>", o7=form)


@attack("read", "pdf-memory", "pdf-time")
def billion_laughs() -> bytes:
    """Nine forms, each of which draws the next ten times."""
    forms = {}
    for number in range(10, 19):
        content = b"/X Do " * 10 if number < 18 else b"0 0 1 1 re f " * 10
        entries = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
        inner = f"/Resources << /XObject << /X {number + 1} 0 R >> >>" if number < 18 else ""
        forms[f"o{number}"] = stream(content, entries + inner)
    return document(b"/X Do", resources="/XObject << /X 10 0 R >>", **forms)


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def tiny_pattern() -> bytes:
    """A page filled with a pattern that repeats every thousandth of a point."""
    pattern = stream(
        b"0 0 1 1 re f",
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] "
        "/XStep 0.001 /YStep 0.001 /Resources << >>",
    )
    content = b"/Pattern cs /P scn 0 0 595 842 re f"
    return document(content, resources="/Pattern << /P 7 0 R >>", o7=pattern)


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def huge_image() -> bytes:
    """An image of 100,000 by 100,000 points over the whole page."""
    entries = (
        "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 "
        "/ColorSpace /DeviceGray /BitsPerComponent 8"
    )
    image = bomb(bytes(1000), 200, entries=entries)
    return document(b"595 0 0 842 0 0 cm /X Do", resources="/XObject << /X 7 0 R >>", o7=image)


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def many_images() -> bytes:
    """Ten thousand images of 3,000 by 3,000 points, all of one object."""
    entries = (
        "/Type /XObject /Subtype /Image /Width 3000 /Height 3000 "
        "/ColorSpace /DeviceGray /BitsPerComponent 8"
    )
    image = bomb(bytes(1000), 9, times=1, entries=entries)
    content = b"q 500 0 0 800 9 9 cm /X Do Q\n" * 10_000
    return document(content, resources="/XObject << /X 7 0 R >>", o7=image)


@attack("read", "pdf-memory", "pdf-time", "pdf-broken")
def huge_page() -> bytes:
    """A page of two billion points each way."""
    return document(box="0 0 2000000000 2000000000")


@attack("read", "pdf-broken")
def endless_page() -> bytes:
    """A page whose size is no number, nor are places on it."""
    content = b"1e308 0 0 1e308 9e999 -9e999 cm " + HELLO + b" 1e38 1e38 1e38 1e38 re S"
    return document(content, box="-1e308 0 1e308 NaN")


# -- trees, circles and numbers that are not so -----------------------------------------------


@attack("pdf-cyclic")
def page_tree_circle() -> bytes:
    """A page tree whose second child is its root."""
    return pdf(_tree("3 0 R 2 0 R", 2))


@attack("pdf-cyclic", "pdf-no-pages")
def page_tree_of_itself() -> bytes:
    """A page tree that has itself for its only child."""
    return pdf(_tree("2 0 R", 1))


@attack("pdf-pages")
def same_page_100000_times() -> bytes:
    """A tree of 100,000 entries, all of one page."""
    return pdf(_tree("3 0 R " * 100_000, 100_000))


@attack("pdf-pages")
def page_count_too_large() -> bytes:
    """A tree that says it has 100,000 pages, and has one."""
    return pdf(_tree("3 0 R", 100_000))


@attack("pdf-pages")
def page_count_too_small() -> bytes:
    """A tree that says it has one page, and has two."""
    objects = _tree("3 0 R 6 0 R", 1)
    return pdf({**objects, 6: objects[3]})


@attack("pdf-pages")
def hundred_thousand_pages() -> bytes:
    """A document that really has 100,000 pages."""
    kids = " ".join(f"{number} 0 R" for number in range(10, 100_010))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    more = dict.fromkeys(range(10, 100_010), page)
    return pdf({**_tree(kids, 100_000), **more})


@attack("read", "pdf-nested", "pdf-pages", "pdf-broken")
def deep_page_tree() -> bytes:
    """A page tree of 20,000 levels."""
    levels = {
        number: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
        for number in range(10, 20_010)
    }
    return pdf({**_tree("10 0 R", 1), **levels, 20_010: _tree("", 1)[3]})


@attack("pdf-no-pages", "pdf-broken")
def no_pages() -> bytes:
    """A page tree without a page."""
    return pdf(_tree("", 0))


def _tree(kids: str, count: int) -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        4: stream(b""),
    }


@attack("read", "pdf-nested", "pdf-broken", "pdf-pages")
def nested_arrays() -> bytes:
    """An array of 300,000 levels in the page's own object."""
    return document(page="/A " + "[" * 300_000 + "]" * 300_000)


@attack("read", "pdf-nested", "pdf-broken", "pdf-pages")
def nested_dictionaries() -> bytes:
    """A dictionary of 100,000 levels in the page's resources."""
    return document(resources="/A " + "<< /B " * 100_000 + "1" + " >>" * 100_000)


@attack("read", "pdf-nested", "pdf-broken")
def nested_content() -> bytes:
    """An array of a million levels among the drawing instructions."""
    return document(b"[" * MB + b"] TJ " + HELLO)


@attack("read", "pdf-broken", "pdf-time", "pdf-nested")
def object_is_itself() -> bytes:
    """The content is an object that refers to itself, and so is its length."""
    endless = b"<< /Length 7 0 R >>\nstream\n" + HELLO + b"\nendstream"
    return document(
        raw_content=endless, page="/Rotate 8 0 R", o7=b"7 0 R", o8=b"9 0 R", o9=b"8 0 R"
    )


@attack("read", "pdf-nested")
def cross_reference_circle() -> bytes:
    """A cross-reference table that comes before itself."""
    data = document()
    start = data.rindex(b"xref\n0 ")
    start = data.rindex(b"\nxref", 0, start + 4) + 1
    return data.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % start)


# -- damage -------------------------------------------------------------------------------------


@attack("pdf-truncated")
def cut_in_the_first_object() -> bytes:
    """The first 40 bytes."""
    return honest()[:40]


@attack("pdf-truncated")
def cut_in_half() -> bytes:
    """The first half of a document."""
    data = honest()
    return data[: len(data) // 2]


@attack("pdf-truncated")
def cut_before_its_end() -> bytes:
    """All but the last line."""
    return honest().rstrip()[:-6]


@attack("pdf-truncated")
def cut_in_an_update() -> bytes:
    """A whole document, and the beginning of an update of it."""
    return honest() + b"3 0 obj\n<< /Type /Page /Parent 2 0"


@attack("read", "pdf-broken", "pdf-pages", pages=3)
def no_cross_reference() -> bytes:
    """A cross-reference table that points anywhere."""
    data = honest()
    start = data.rindex(b"xref", 0, data.rindex(b"startxref"))
    return data[:start] + data[start:].replace(b"00000 n", b"77777 n").replace(b"0000", b"9999")


@attack("read", "pdf-broken", pages=3)
def start_far_away() -> bytes:
    """A table said to lie beyond the end of the file."""
    data = honest()
    return data[: data.rindex(b"startxref")] + b"startxref\n99999999999999999999\n%%EOF\n"


@attack("read", "pdf-broken", "pdf-pages")
def length_far_beyond() -> bytes:
    """A stream that says it is 4 GB long."""
    content = b"<< /Length 4294967290 >>\nstream\n" + HELLO + b"\nendstream"
    return document(raw_content=content)


@attack("pdf-broken")
def empty() -> bytes:
    """Nothing."""
    return b""


@attack("pdf-broken")
def web_page() -> bytes:
    """A web page that is called a PDF."""
    return b"<!DOCTYPE html><title>Sign in</title>" + b"<p>" * 2000


@attack("pdf-broken", "pdf-truncated")
def noise() -> bytes:
    """A beginning and an end, and noise between."""
    return b"%PDF-1.7\n" + random.Random(2).randbytes(200_000) + b"\n%%EOF\n"


# -- secrets, actions, names, fonts -----------------------------------------------------------


@attack("pdf-encrypted")
def password() -> bytes:
    """Encrypted with a password."""
    return _encrypted("secret")


@attack("read", pages=3)
def empty_password() -> bytes:
    """Encrypted without a password for reading: everybody may."""
    return _encrypted("")


def _encrypted(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(honest())) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="owner", user=user, R=6))
    return out.getvalue()


@attack("pdf-encrypted", "pdf-broken")
def unknown_encryption() -> bytes:
    """Encrypted by a handler that nobody knows."""
    entries = "/Encrypt << /Filter /Acme /V 9 /R 9 /O (0) /U (0) /P -1 >> /ID [<00> <00>]"
    return pdf({**_tree("3 0 R", 1)}, trailer=entries)


@attack("read")
def launch_and_script() -> bytes:
    """Launches a program and runs scripts when it is opened, when its page is, and on a timer."""
    launch = f"<< /S /Launch /F (/bin/touch) /P ({MARK}) /Win << /F (cmd) /P ({MARK}) >> >>"
    script = f"<< /S /JavaScript /JS (app.launchURL\\('file:{MARK}'\\); while\\(true\\);) >>"
    names = f"/Names << /JavaScript << /Names [(a) {script}] >> >>"
    return document(
        catalog=f"/OpenAction {launch} /AA << /WC {script} >> {names}",
        page=f"/AA << /O {script} /C {launch} >>",
    )


@attack("read")
def hostile_names() -> bytes:
    """Paths, control characters and writing that turns round, wherever names stand."""
    name = "..#2F..#2F..#2Fetc#2Fpasswd#E2#80#AEfdp.exe"
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /{name} >>"
    title = "/Title (../../../../etc/passwd\\033[2J\\000) /Author <feff202e0066006400700000>"
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> >> >>"
            ),
            4: stream(HELLO),
            5: font.encode(),
            6: f"<< {title} >>".encode(),
        },
        trailer="/Info 6 0 R",
    )


@attack("read", "pdf-broken")
def pickled_character_map() -> bytes:
    """A font whose character map is named by a path; a pickle lies there (see the tests)."""
    path = str(Path(MARK + ".cmap").resolve()).replace("/", "#2F")
    font = (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /{path} "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /F "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
    )
    return document(resources="/Font << /F1 7 0 R >>", o7=font.encode())


@attack("read", "pdf-memory", "pdf-time")
def endless_character_map() -> bytes:
    """A font whose map to Unicode has two ranges of four billion characters."""
    ranges = b"2 beginbfrange <0000> <FFFFFFFF> <0041> <00000000> <FFFFFFFF> <4E00> endbfrange"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 8 0 R >>"
    return _with_font(font, stream(b"begincmap " + ranges + b" endcmap"))


@attack("read", "pdf-broken")
def broken_font() -> bytes:
    """An embedded font of noise, with tables said to be 4 GB long."""
    noise = b"\0\1\0\0\xff\xff" + random.Random(3).randbytes(50_000)
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /F /FirstChar 0 /LastChar 2000000000 "
        b"/Widths [500] /FontDescriptor << /Type /FontDescriptor /FontName /F /Flags 4 "
        b"/FontBBox [0 0 9e9 NaN] /FontFile2 8 0 R >> >>"
    )
    return _with_font(font, stream(noise))


@attack("read", "pdf-nested", "pdf-time")
def glyph_draws_itself() -> bytes:
    """A Type 3 font whose glyph is drawn with itself."""
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
        b"/FirstChar 49 /LastChar 50 /Widths [9 9] /Resources << /Font << /F1 7 0 R >> >> "
        b"/Encoding << /Differences [49 /a /a] >> /CharProcs << /a 8 0 R >> >>"
    )
    return _with_font(font, stream(b"9 0 d0 " + HELLO))


def _with_font(font: bytes, other: bytes) -> bytes:
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 7 0 R >> >> >>"
        ),
        4: stream(HELLO),
        7: font,
        8: other,
    }
    return pdf(objects)


@attack("read", "pdf-memory", "pdf-time", "pdf-bomb")
def broken_pictures() -> bytes:
    """Pictures of noise in every format, said to be of any size."""
    noise = random.Random(4).randbytes(5_000)
    formats = ("DCTDecode", "JPXDecode", "JBIG2Decode", "CCITTFaxDecode", "LZWDecode")
    images = {}
    for number, name in enumerate(formats, start=10):
        entries = (
            f"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /Filter /{name} "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8"
        )
        images[f"o{number}"] = stream(noise, entries)
    names = " ".join(f"/X{number} {number} 0 R" for number in range(10, 15))
    content = b"".join(b"q 595 0 0 842 0 0 cm /X%d Do Q " % number for number in range(10, 15))
    return document(content, resources=f"/XObject << {names} >>", **images)


def mutated(seed: int) -> bytes:
    """A sound document with a few bytes changed, doubled, dropped or moved."""
    chance = random.Random(seed)
    data = bytearray(honest())
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(data))
        length = chance.choice((1, 1, 1, 4, 50))
        part = data[at : at + length]
        new = chance.choice((chance.randbytes(length), b"", bytes(part) * 2, b"9" * length))
        data[at : at + length] = new
    return bytes(data)


def main(folder: Path) -> None:
    """Write all attacks, and a hundred mutated documents, to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in ATTACKS.items():
        (folder / f"{name}.pdf").write_bytes(one.make())
    for seed in range(100):
        (folder / f"mutated_{seed:03}.pdf").write_bytes(mutated(seed))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
