"""设置 → 员工与权限: who works for the site, and the matrix of roles and what they may do."""
