"""SQL of consultations within the region and the scope of the caller."""
