"""A mock service made from a connector's definition alone."""
