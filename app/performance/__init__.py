"""Performance scorecard 绩效评级: 附件4 as one page of facts, marks and evidence, year by year. [A4.1]"""
