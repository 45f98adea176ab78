"""Sender Desk: everything that is not a Slack listener. ``bot.app.build`` wires it; nothing happens at import."""
