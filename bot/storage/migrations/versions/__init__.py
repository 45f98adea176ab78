"""One file for each revision of the tables, never changed once it is released."""
