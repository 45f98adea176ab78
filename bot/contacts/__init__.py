"""Contact files: sniff, read, map columns, check numbers, report; then a batch at 8x8, followed to its end."""
