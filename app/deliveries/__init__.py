"""送教送培: yearly programmes of visits to towns and schools, their lessons, receivers and hours. [M4.3]"""
