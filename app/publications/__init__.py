"""Publications 信息发布: items for the four columns of the public account, their readings and bonus points."""
