"""`labctl up`: runs an update and shows its progress."""
