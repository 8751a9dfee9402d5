"""Typical cases 典型案例: collected, reviewed, recommended upward and used again."""
