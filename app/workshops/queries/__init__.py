"""SQL of workshops: every reading goes through the scope of `workshops.visible`."""
