"""The emulator: connkit acting as the platform does."""
