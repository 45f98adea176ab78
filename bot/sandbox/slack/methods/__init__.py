"""The Web API's methods, one module per area; each lists what it has in ``METHODS``."""
