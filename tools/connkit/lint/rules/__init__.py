"""Rules by family; a module here is found by itself."""
