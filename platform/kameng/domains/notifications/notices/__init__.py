"""What the people of a site are told: kept in everybody's inbox, and mailed as each wishes."""
