"""The page /scorecard 绩效评级页面: for the service's own accounts, made on the server, nothing from outside."""

from app.api.scorecard.routes import pages

__all__ = ["pages"]
