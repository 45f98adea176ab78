"""8x8's Reporting API on loopback, for Messaging Apps and for SMS: exports of message logs, and their files."""

from bot.sandbox.exports_api.api import add_routes
from bot.sandbox.exports_api.jobs import Job, Script
from bot.sandbox.exports_api.service import Exports

__all__ = ["Exports", "Job", "Script", "add_routes"]
