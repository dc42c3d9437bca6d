"""What a provider keeps of a payment: set by the master, fixed with each payment as it arrives."""
