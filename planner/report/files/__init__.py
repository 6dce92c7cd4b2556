"""What is exported, one file a format."""
