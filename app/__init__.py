"""Shixun 师训: the teacher-development backend of a county education bureau."""
