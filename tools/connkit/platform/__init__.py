"""A local stand-in for the Power Platform endpoints that paconn talks to."""
