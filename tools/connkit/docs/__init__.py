"""The pages that are built from the connector."""
