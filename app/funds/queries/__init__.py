"""SQL of funds."""
