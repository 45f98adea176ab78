"""Letters of authorisation: drawn, signed three ways, checked when they come back."""
