"""Where a text stands on a letter of ours."""

import pypdfium2

from bot.loa.pictures import PDFIUM


def text_place(pdf: bytes, text: str) -> tuple[int, float, float] | None:
    """Page (from 1), left and top edge of the first place that says it, in points; None where no page does."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                words = document[number].get_textpage()
                found = words.search(text, match_case=True).get_next()
                if found is not None:
                    left, _, _, top = words.get_charbox(found[0])
                    return number + 1, left, top
        finally:
            document.close()
    return None
