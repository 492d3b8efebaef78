"""What the pages of things share."""
