"""Old result files on their way into the archive: found by patterns, made into runs, put in order. Writes nothing."""
