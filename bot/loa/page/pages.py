"""The signing page's HTML: templates of ``templates/loa/page``, in which every value is escaped."""

from collections.abc import Mapping
from functools import cache

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.delivery.voices import TEMPLATES
from bot.loa.page.form import LONGEST, Checked, Entered
from bot.loa.page.strokes import HEIGHT, WIDTH
from bot.loa.page.visits import Visit, moment

STATUS = {"NoSuchLink": 404, "TooOften": 429, "NotFromHere": 403, "SessionOver": 403, "FileAway": 503}


@cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES / "loa" / "page"), autoescape=True, undefined=StrictUndefined)
    made.filters["moment"] = moment
    return made


def page(name: str, status: int = 200, *, is_form: bool = False, **values: object) -> web.Response:
    """A page of these words and values.

    A page with a form lets browsers say where it was sent from: with no-referrer they say "null". The form's own site
    alone learns it.
    """
    text = _environment().get_template(f"{name}.html").render(values)
    headers = {"Referrer-Policy": "same-origin"} if is_form else {}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def problem(status: int, sentence: str, *, title: str = "", retry: str = "") -> web.Response:
    """What went wrong and what to do; ``retry`` is an address that may work in a moment."""
    return page("problem", status, sentence=sentence, title=title, retry=retry)


def letter(
    visit: Visit, csrf: str, entered: Entered, checked: Checked | None, *, status: int = 200, trouble: str = ""
) -> web.Response:
    """The letter and the form; ``checked`` has what is wrong with what was entered."""
    wrong: Mapping[str, str] = checked.wrong if checked else {}
    return page(
        "letter",
        status,
        is_form=True,
        letter=visit.letter,
        data=visit.letter.data,
        root=f"/loa/letter/{visit.link.id}",
        ends_at=visit.ends_at,
        csrf=csrf,
        entered=entered,
        wrong=wrong,
        trouble=trouble,
        longest=LONGEST,
        paper=(WIDTH, HEIGHT),
    )
