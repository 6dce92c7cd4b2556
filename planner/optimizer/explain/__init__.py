"""Why a lot is or is not sold, and what its dollars are worth."""
