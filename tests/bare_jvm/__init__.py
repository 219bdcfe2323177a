"""Storm's own ShellBolt and ShellSpout in a bare JVM, driving real Python components; no cluster around them."""
