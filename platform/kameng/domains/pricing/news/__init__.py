"""What decisions above did to a site's costs, told once an hour and not once per SKU."""
