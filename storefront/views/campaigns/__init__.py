"""Campaigns and collections as shoppers see them."""
