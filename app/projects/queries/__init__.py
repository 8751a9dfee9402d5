"""SQL of training projects."""
