"""household.toml: its tables and keys, read and checked."""
