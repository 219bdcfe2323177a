"""What goes into a jar besides the user's code: wheels that pip finds, data files, Java jars."""
