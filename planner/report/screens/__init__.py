"""What is shown in a terminal, one file a screen."""
