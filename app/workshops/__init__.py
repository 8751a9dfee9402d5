"""Workshops and studios 教师工作坊与“三名”工作室: registration, members, activities, monthly reviews. [M4.2] [A6.1]"""
