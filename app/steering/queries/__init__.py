"""SQL of the leading group, its offices and the experts."""
