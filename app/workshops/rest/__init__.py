"""REST of workshops and studios."""

from app.workshops.rest import activities, files, members, plans, reviews, workshops

ROUTERS = (workshops.router, members.router, plans.router, activities.router, reviews.router, files.router)
