"""Does the service answer as the definition says."""
