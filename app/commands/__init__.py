"""What the `shixun` command does, by subject; app/cli.py only names the commands."""
