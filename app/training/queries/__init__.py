"""SQL of training 育."""
