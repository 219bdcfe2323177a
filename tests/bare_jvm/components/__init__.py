"""Components that the tests of the bare JVM run; imported by worker processes too. A module for each subject."""
