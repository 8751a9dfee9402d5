"""Titles of schools and assistance pairs 学校称号与结对帮扶: 教师发展学校 and 校本研修示范校, and whom they help."""
