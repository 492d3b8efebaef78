"""What a thing's page shows besides what all have, by its class."""
