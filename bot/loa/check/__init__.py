"""What came back: is it this letter, whole and signed? Judged by its content, in a process of its own."""
