"""The outside world behind the ports. Vendors live here and nowhere else."""
