"""装修 → 模板: the gallery of themes, a preview before it is live, publishing and going back."""
