"""The world outside the desk, on loopback and in memory: Slack, 8x8's contacts service, a mailbox, a page to click in.

It imports no feature and nothing else of ``bot``: whatever it knows of the desk, it learned over the wire.
"""
