"""The worker side: a Python component driven by Storm's ShellBolt or ShellSpout.

``python3 -m umbrella.multilang`` is what Storm starts. Standard library and simplejson only.
"""
