"""What is done to contacts and groups that 8x8 has: asked for by a person, sent once, followed to its end."""
