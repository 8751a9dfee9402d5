"""Certificates 证书·聘书·证明: numbers without gaps, PDFs that are kept, and public verification.

A package above decides what a certificate says and issues it here; when what it stands on changes later, that package
pushes the change here, so that verification shows it.
"""
