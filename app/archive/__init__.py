"""Process archive 过程档案: evidence files that hang on records of other domains. [A5.10]"""
