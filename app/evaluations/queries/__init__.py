"""SQL of evaluations."""
