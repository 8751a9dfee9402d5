"""Bulk imports 批量导入."""
