"""Deploying with the unmodified paconn, and judging by what comes back."""
