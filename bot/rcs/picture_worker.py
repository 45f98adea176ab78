"""The child's side of ``picture_child``: ``python -I -m bot.rcs.picture_worker``."""

from bot import limited
from bot.limited import Said, Say


def _work(order: Said, _say: Say) -> Said:
    from bot.rcs.picture_work import work  # noqa: PLC0415 - after the limits

    return work(order)


if __name__ == "__main__":
    limited.answer(_work)
