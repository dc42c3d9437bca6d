"""价格 → 导入导出: the whole price matrix as a spreadsheet, out and back in."""
