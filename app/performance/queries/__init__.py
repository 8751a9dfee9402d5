"""SQL of the scorecard."""
