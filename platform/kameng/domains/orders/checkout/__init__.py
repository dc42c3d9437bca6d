"""From basket to paid: placing an order, paying it from the balance, or starting a payment."""
