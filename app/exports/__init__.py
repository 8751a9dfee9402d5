"""Bulk exports 批量导出: rows of every kind as files, with a second person where there are many."""
