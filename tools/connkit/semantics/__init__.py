"""What the platform's words mean: routing, expressions, values against schemas. Pure functions."""
