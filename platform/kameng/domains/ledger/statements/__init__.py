"""What a month did to a site's accounts: what they opened with, every movement, what they closed
with. Months are the shop's own (Asia/Shanghai); together they are the ledger (ADR 0074)."""
