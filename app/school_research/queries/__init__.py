"""SQL of school-based research."""
