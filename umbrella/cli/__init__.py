INTERRUPTED = 130  # the exit code after a Ctrl-C; here, where reading it imports nothing else
