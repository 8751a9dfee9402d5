"""Training projects 培训项目: plans, projects, who carries them, and the selection 选 of trainees. [M3.1] [A2.2]"""
