"""What joins several features; nothing here prints."""
