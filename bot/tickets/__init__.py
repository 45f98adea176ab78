"""Tickets: numbers, threads, whose turn it is, clocks, notes and replies. Knows no feature."""
