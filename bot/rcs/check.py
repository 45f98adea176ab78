"""All that is given of an agent, judged: texts at once, pictures in a child each, pages by visiting them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.child import Limits
from bot.errors import DeskError
from bot.rcs import colour, contact_rules, keywords, links, name_rules, picture_rules
from bot.rcs.findings import Finding
from bot.rcs.links import Visit
from bot.rcs.picture_child import LIMITS, Seen, look_at
from bot.rcs.picture_rules import SPECS
from bot.rcs.visiting import Visitor


class NoSuchPicture(DeskError):
    """There is no file {name} here. Check the name and the folder."""


@dataclass(frozen=True, kw_only=True)
class Assets:
    """What is known of an agent; None and what is left out of a mapping is not judged.

    ``pictures`` by ``logo`` and ``hero``, ``pages`` (addresses) by ``privacy`` and ``terms``, ``texts`` by ``start``,
    ``help`` and ``stop``.
    """

    name: str | None = None
    description: str | None = None
    color: str | None = None
    use_case: str | None = None
    email: str | None = None
    phone: str | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def brand(self) -> str:
        """The colour as ``#RRGGBB``; empty when there is none."""
        return colour.normalised(self.color or "")


@dataclass(frozen=True)
class Checked:
    """All findings, in the order of the request form, and what was seen of the pictures."""

    findings: tuple[Finding, ...]
    seen: Mapping[str, Seen]


async def check(
    assets: Assets,
    *,
    visitor: Visitor,
    into: Path | None = None,
    labels: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Checked:
    """Judge it. With ``into``, an empty folder, pictures are also mended and drawn, each in a folder of its name.

    Raises NoSuchPicture, and NotLookedAt when a picture takes more than ``limits``.
    """
    for path in assets.pictures.values():
        if not await asyncio.to_thread(path.is_file):
            raise NoSuchPicture(name=path)
    pages = {what: url for what, url in assets.pages.items() if links.judge_shape(what, url).ok}
    pictures = assets.pictures
    looks = [_look(what, path, assets.brand, into, labels=labels, limits=limits) for what, path in pictures.items()]
    looked, visits = await asyncio.gather(
        asyncio.gather(*looks), asyncio.gather(*(visitor.visit(url) for url in pages.values()))
    )
    seen, visited = dict(zip(pictures, looked, strict=True)), dict(zip(pages, visits, strict=True))
    return Checked(tuple(_findings(assets, seen, visited)), seen)


async def _look(what: str, path: Path, brand: str, into: Path | None, **told: Any) -> Seen:
    folder = into / what if into else None
    if folder:
        await asyncio.to_thread(folder.mkdir)
    return await look_at(path, SPECS[what], brand=brand, into=folder, **told)


def _findings(assets: Assets, seen: Mapping[str, Seen], visited: Mapping[str, Visit]) -> Iterator[Finding]:
    typed = (
        (assets.name, name_rules.judge_name),
        (assets.description, name_rules.judge_description),
        (assets.color, colour.judge),
        (assets.use_case, name_rules.judge_use_case),
        (assets.email, contact_rules.judge_email),
        (assets.phone, contact_rules.judge_phone),
    )
    for text, judge in typed:
        if text is not None:
            yield from judge(text)
    for what, spec in SPECS.items():
        if what in seen:
            yield from picture_rules.judge(spec, seen[what].look)
    for what, url in assets.pages.items():
        yield from links.judge(what, url, visited.get(what))
    yield from keywords.judge(assets.texts, assets.name or "")
