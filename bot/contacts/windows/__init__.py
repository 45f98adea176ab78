"""Modals that show what 8x8 has, groups, batches and contacts, and that a job fills after they were opened."""
