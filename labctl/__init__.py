"""`labctl`: what an administrator does with a hub, beside `pulumi`."""
