"""A strict stand-in for Slack: it speaks the real wire protocol and refuses what Slack refuses.

``workspace`` holds the people, channels and messages; ``api`` and the modules under ``methods`` are the Web API;
``delivery``, ``sockets`` and ``request_url`` reach the bot; ``blocks`` judges Block Kit; ``actor`` acts.
"""
