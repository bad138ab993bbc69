"""Shipping the site: its code packed and tried before it leaves, the deployment and its end."""
