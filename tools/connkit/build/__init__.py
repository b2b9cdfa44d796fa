"""definition/*.yaml -> the connector's files."""
