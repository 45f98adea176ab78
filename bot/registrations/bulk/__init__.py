"""Many sender IDs at once: a workbook with one a row, offered by the desk, filled in by people, checked row by row."""
