"""RCS agents: what their names, colours, pictures, pages and texts must be like, measured and mended."""
