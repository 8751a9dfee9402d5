"""Return practice and its evaluation 返岗实践与评价 (用·评) of training projects. [M5.3] [A2.4] [A2.5a]"""
