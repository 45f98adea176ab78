"""What both ways to the bot have in common."""


class Undelivered(Exception):
    """The bot did not take it. ``final``: it asked not to be told again (``X-Slack-No-Retry``)."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.reason = reason
        self.final = final
        super().__init__(reason)
