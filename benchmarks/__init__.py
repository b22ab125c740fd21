"""What Doorstep costs and how fast it is, measured beside others in the same run."""
