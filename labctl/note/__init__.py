"""`labctl note`: explains what a preview means in a note on a merge request."""
