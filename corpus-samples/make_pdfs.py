#!/usr/bin/env python3
"""Builds the sample PDFs of this folder from pdf-source/*.src.

    pip install reportlab pikepdf pillow
    python3 make_pdfs.py

The output is the same, byte for byte, on every run with the same library versions.

A source file is plain text. Blocks are separated by empty lines:

    !table          the header table; one "Label: value" a line
    # TEXT          centred bold section heading
    !page           (a block, or the first line of one) start a new page
    !cut N          (first line of a block) break the paragraph over the page after its line N
    anything else   a paragraph, word-wrapped; **bold**; a line that ends in a backslash
                    is broken there, without adding a blank

The first block holds the options: fonts (truetype or type1) and encrypt (yes or no).
"""

import io
import pathlib
import random
import re

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

HERE = pathlib.Path(__file__).resolve().parent
LETTERS, BAD, SOURCES = HERE / "letters", HERE.parent / "tests" / "bad", HERE / "pdf-source"

PAGE = (612, 792)  # US Letter, in points
LEFT, RIGHT, TOP, BOTTOM = 72, 540, 715, 72
SIZE, LEAD = 12, 13.8
ROMAN, BOLD = "Times-Roman", "Times-Bold"

# Names under which the standard fonts appear when `fonts: truetype` is asked for.
TRUETYPE = {
    "/Times-Roman": "TimesNewRomanPSMT",
    "/Times-Bold": "TimesNewRomanPS-BoldMT",
    "/Helvetica": "ArialMT",
    "/Helvetica-Bold": "Arial-BoldMT",
}


# ---------------------------------------------------------------- paragraphs


def words(text):
    """Yields (word, bold, glue): glue tells what may stand before the word.

    "" = nothing (after a hyphen inside a word), " " = a blank, "\\n" = a forced line break.
    """
    bold, glue = False, ""
    for part in re.split(r"(\*\*|\\\n|\s+)", text):
        if part == "**":
            bold = not bold
        elif part.startswith("\\"):
            glue = "\n"
        elif part.isspace():
            glue = glue or " "
        elif part:
            # As in an office program, a line may also end after a hyphen within a word.
            for piece in re.findall(r".+?(?<=\w)-(?=\w)|.+", part):
                yield piece, bold, glue
                glue = ""


def wrap(text, width=RIGHT - LEFT):
    """Breaks a paragraph into lines; a line is a list of (text, bold)."""
    lines, line, used = [], [], 0.0
    for word, bold, glue in words(text):
        font = BOLD if bold else ROMAN
        lead = " " if glue == " " and line else ""
        wide = stringWidth(lead + word, font, SIZE)
        if line and (glue == "\n" or used + wide > width):
            lines.append(line)
            line, used, lead = [], 0.0, ""
            wide = stringWidth(word, font, SIZE)
        line.append((lead + word, bold))
        used += wide
    return lines + [line]


# --------------------------------------------------------------------- pages


class Letter:
    """Sets the blocks of one source file on pages."""

    def __init__(self):
        self.buffer = io.BytesIO()
        self.canvas = canvas.Canvas(self.buffer, pagesize=PAGE, invariant=1, pageCompression=0)
        self.y, self.gap = TOP, False

    def new_page(self):
        self.canvas.showPage()
        self.y, self.gap = TOP, False

    def line(self, x, pieces):
        """Prints pieces of (text, bold) on one base line, runs of one font together."""
        text = self.canvas.beginText(x, self.y)
        run, run_bold = "", None
        for piece, bold in [*pieces, ("", None)]:
            if bold != run_bold and run:
                text.setFont(BOLD if run_bold else ROMAN, SIZE)
                text.textOut(run)
                run = ""
            run, run_bold = run + piece, bold
        self.canvas.drawText(text)
        self.y -= LEAD

    def room(self):
        return int((self.y - BOTTOM) // LEAD) + 1

    def paragraph(self, text, cut=None):
        if self.gap:
            self.y -= LEAD
        lines = wrap(text)
        if cut is None and len(lines) > self.room():
            # No single line of a paragraph is left alone on either page.
            cut = min(self.room(), len(lines) - 2)
            cut = cut if cut >= 2 else 0
        for number, line in enumerate(lines):
            if number == cut or self.room() < 1:
                self.new_page()
            self.line(LEFT, line)
        self.gap = True

    def heading(self, text):
        if self.room() < 6:
            self.new_page()
        if self.gap:
            self.y -= LEAD + 6
        width = stringWidth(text, BOLD, SIZE)
        self.line((PAGE[0] - width) / 2, [(text, True)])
        self.y -= 6
        self.gap = False

    def table(self, value):
        """The header table; its last label is set on two lines, the date beside the first."""
        rows = [
            ("Case Number:", None),
            ("Date Assigned:", "Date of Injury:"),
            ("Decision Date:", "UR Denial Date:"),
            ("Priority:", "Application Received:"),
        ]
        pdf, row_height = self.canvas, 13.1
        top, bottom = self.y + 10, self.y - 4 * row_height - 4
        pdf.setLineWidth(0.5)
        pdf.rect(66, bottom, 480, top - bottom)
        for x in (166, 323, 422):
            pdf.line(x, bottom, x, top)
        for n in (1, 2, 3):
            pdf.line(66, top - n * row_height, 546, top - n * row_height)
        for left, right in rows:
            for label, x, x_value in ((left, 72, 172), (right, 329, 428)):
                if label is None:
                    continue
                pdf.setFont("Helvetica-Bold", 11)
                for n, part in enumerate(re.split(r" (?=Received)", label)):
                    pdf.drawString(x, self.y - n * row_height, part)
                pdf.setFont("Helvetica", 11)
                pdf.drawString(x_value, self.y, value[label])
            self.y -= row_height
        self.y -= 28
        self.gap = False

    def block(self, block):
        cut = None
        if block.startswith("!page"):
            self.new_page()
            block = block[5:].lstrip("\n")
        if block.startswith("!cut"):
            first, block = block.split("\n", 1)
            cut = int(first[4:])
        if block.startswith("!table"):
            rows = (row.split(": ", 1) for row in block.split("\n")[1:])
            self.table({label + ":": value for label, value in rows})
        elif block.startswith("# "):
            self.heading(block[2:])
        elif block:
            self.paragraph(block, cut)

    def finish(self):
        self.canvas.save()
        return self.buffer.getvalue()


# ------------------------------------------------------- what the library adds


def to_truetype(pdf):
    """Renames the standard Type 1 fonts to the not embedded TrueType ones of an office program."""
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            plain = str(font.BaseFont)
            if plain not in TRUETYPE:  # done with an earlier page
                continue
            name = pikepdf.Name("/" + TRUETYPE[plain])
            widths = [
                round(stringWidth(bytes([code]).decode("cp1252", "replace"), plain[1:], 1000))
                for code in range(32, 256)
            ]
            font.Subtype, font.BaseFont = pikepdf.Name.TrueType, name
            font.FirstChar, font.LastChar = 32, 255
            font.Widths = pikepdf.Array(widths)
            font.FontDescriptor = pikepdf.Dictionary(
                Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=32, ItalicAngle=0,
                FontBBox=[-568, -307, 2000, 1026], Ascent=1007, Descent=-307, CapHeight=662,
                StemV=136 if "Bold" in plain else 80,
            )  # fmt: skip


def to_pieces(pdf):
    """Prints each text in pieces with tiny shifts between them, as office programs do."""
    chance = random.Random(1)
    for page in pdf.pages:
        content = []
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tj":
                text, array = bytes(operands[0]), pikepdf.Array()
                while text:
                    size = chance.randint(1, 6)
                    array.append(pikepdf.String(text[:size]))
                    array.append(chance.randint(-6, 6))
                    text = text[size:]
                operands, operator = [array], pikepdf.Operator("TJ")
            content.append((operands, operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))


def write(data, target, *, truetype=False, user=None, title=None):
    """Writes the PDF; with `user` (a password, may be empty) encrypted with AES-128."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if truetype:
            to_truetype(pdf)
            to_pieces(pdf)
        del pdf.trailer["/Info"]
        if title:
            pdf.docinfo["/Title"] = title
        plain = target.with_suffix(".tmp")
        pdf.save(plain, static_id=True)
    options = ["--static-id", "--static-aes-iv"]
    if user is not None:
        options += ["--allow-weak-crypto", "--encrypt", user, "owner-of-samples", "128"]
        options += ["--use-aes=y", "--extract=n", "--modify=none", "--"]
    pikepdf.Job(["qpdf", *options, str(plain), str(target)]).run()
    plain.unlink()


# --------------------------------------------------------------------- files


def letter(source):
    """Sets a source text; returns the options of its first block and the PDF."""
    first, *blocks = re.split(r"\n{2,}", source.strip())
    options = dict(row.split(": ", 1) for row in first.split("\n"))
    pages = Letter()
    for block in blocks:
        pages.block(block)
    return options, pages.finish()


def scanned_page():
    """A page that is one picture of text: grey, slightly turned, nothing to extract."""
    picture = Image.new("L", (850, 1100), 252)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(15)
    draw.text((300, 90), "CLINICAL CASE SUMMARY", fill=40, font=font)
    text = "A page that was only scanned has no text layer. " * 2
    for n in range(34):
        draw.text((100, 130 + 24 * n), text, fill=70, font=font)
    picture = picture.rotate(0.7, fillcolor=252, expand=False)
    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, pagesize=PAGE, invariant=1)
    pdf.drawInlineImage(picture, 0, 0, *PAGE)
    pdf.save()
    return buffer.getvalue()


def main():
    for path in sorted(SOURCES.glob("*.src")):
        options, data = letter(path.read_text(encoding="utf-8"))
        target = LETTERS / (path.stem + ".pdf")
        user = "" if options["encrypt"] == "yes" else None
        write(data, target, truetype=options["fonts"] == "truetype", user=user,
              title="Sample letter, invented")  # fmt: skip

    # Bad inputs.
    whole = (LETTERS / "encrypted-2017.pdf").read_bytes()
    (BAD / "truncated.pdf").write_bytes(whole[: len(whole) // 2])
    write(scanned_page(), BAD / "scanned.pdf")
    _, data = letter((SOURCES / "plain-2015.src").read_text(encoding="utf-8"))
    write(data, BAD / "password.pdf", user="secret")


if __name__ == "__main__":
    main()
