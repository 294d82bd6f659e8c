"""Patroni's REST API, and the words in which it speaks of members: they differ from release to release."""
from rest import Rest

PORT = 8008
PRIMARY = ('leader', 'master')
STANDBY_LEADER = 'standby_leader'
REPLICA = ('replica', 'sync_standby', 'quorum_standby')
RUNNING = ('running', 'streaming', 'in archive recovery')
GONE = ('stopped', 'crashed', 'start failed', 'restart failed', 'stop failed', 'initdb failed', 'custom bootstrap failed')
BUSY = ('running', 'stopping', 'creating replica', 'running custom bootstrap script')


class Patroni(Rest):
    def __init__(self, host, port=PORT, **options):
        super().__init__(host, port, **options)
