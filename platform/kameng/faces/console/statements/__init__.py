"""财务 → 对账单: a month of a site as page, workbook and PDF document, from the same rows."""
