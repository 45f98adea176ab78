"""The signing page: whoever has a link sees the letter, signs it by hand or by name, and gets it sealed."""
