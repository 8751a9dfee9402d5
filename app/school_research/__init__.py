"""School-based research 校本研修: plans, activities and their attendance, random samples. [A5.1] [A5.5]"""
