"""Exports of message logs: asked for at 8x8, followed to their end, brought as a private message."""
