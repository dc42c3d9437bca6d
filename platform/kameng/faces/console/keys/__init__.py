"""设置 → API 密钥: which programs may ask the API of the site, and what."""
