"""How sites fare that opened in the same month: who sold, how soon, and who still sells."""
