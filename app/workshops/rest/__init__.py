"""REST of workshops and studios."""

from app.workshops.rest import activities, members, plans, reviews, workshops

ROUTERS = (workshops.router, members.router, plans.router, activities.router, reviews.router)
