"""财务 → 提现: what an agent may withdraw or turn into balance, and what the master pays out."""
