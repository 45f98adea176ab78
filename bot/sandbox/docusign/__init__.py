"""DocuSign's stand-in: tokens, envelopes, signing pages and Connect calls, as strict as the real one where we know it.

Faults wait at ``docusign:NAME``: token, userinfo, createEnvelope, listEnvelopes, getEnvelope, updateEnvelope,
recipientView, getDocument, and connect for what it tells the desk (``twice``, ``drop``: it never arrives, ``delay``,
``bad_body``: signed by somebody who has not the key).
"""

from bot.sandbox.docusign.api import add_routes
from bot.sandbox.docusign.envelopes import Envelope
from bot.sandbox.docusign.service import DocuSign

__all__ = ["DocuSign", "Envelope", "add_routes"]
