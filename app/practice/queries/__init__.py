"""SQL of the return practice."""
