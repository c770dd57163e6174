"""`labctl`: commands for administrators of a hub, beside `pulumi`."""
