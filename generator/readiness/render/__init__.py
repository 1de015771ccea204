"""What is shown, each a function of reports and phrases."""
