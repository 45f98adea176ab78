"""The page: a workspace in the browser for whoever sits in front of it, and the mails at ``/inbox``."""
