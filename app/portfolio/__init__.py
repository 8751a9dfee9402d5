"""教师成长档案与覆盖情况: what teachers have done, read from the packages below; no records of its own. [M3.5]"""
