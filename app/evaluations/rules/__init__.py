"""Rules of rubrics, scoring and campaigns."""
