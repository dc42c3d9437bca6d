"""How promoters are paid: who they are, where the money goes, withdrawals and the mails of them."""
