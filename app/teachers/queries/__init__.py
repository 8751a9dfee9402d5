"""SQL of teachers, and of what one record takes over from another."""
