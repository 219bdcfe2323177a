"""stub"""
def wait_until_up(client, topology_id, seconds, on_step): pass
