"""评价、评选评优: rubrics, score sheets, campaigns, awards. [M7.1b] [A5.9] [A5.R] [A6.R]"""
