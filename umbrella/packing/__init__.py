"""What goes into a jar beside the user's code: wheels that pip finds, data files, Java jars."""
