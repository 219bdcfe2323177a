"""The worker side: a Python component that runs under Storm's ShellBolt or ShellSpout.

Storm starts ``python3 -m umbrella.multilang``. Standard library and simplejson only.
"""
