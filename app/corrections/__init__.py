"""Corrections 更正申请: what a teacher asks the school to change in the own record."""
