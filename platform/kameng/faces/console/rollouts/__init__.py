"""装修 → 主题发布: bringing a theme's new line to the sites of the alliance, wave by wave."""
