"""财务 → 收款人: who is paid and to which accounts; at the master, what waits to be checked."""
