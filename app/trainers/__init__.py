"""Trainers 培训者团队: application, direct appointment, terms with letters, assessment, work and the team. [A7.1]"""
