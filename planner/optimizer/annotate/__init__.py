"""What a plan must say beside its sales: reasons, warnings, wash-sale windows and coverage."""
