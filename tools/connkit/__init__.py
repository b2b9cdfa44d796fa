"""Builds, lints, runs and deploys Power Platform connectors."""
