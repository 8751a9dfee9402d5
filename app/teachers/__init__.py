"""Teachers and their employments 教师."""
