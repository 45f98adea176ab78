"""``python -m bot`` is the command ``senderdesk``."""

from bot.cli import main

main()
