"""SQL of the trainer team; rows the caller may see."""
