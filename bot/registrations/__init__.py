"""Sender IDs: country rules, companies and their papers, registrations, operators' decisions."""
