"""Regions, the organisation tree and school years 区域·机构·学年."""
