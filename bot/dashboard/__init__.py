"""The dashboard: all sender IDs at a glance, filtered, sorted, page by page, and as a file to take along."""
