"""The fence: ends PostgreSQL when Patroni has not renewed the leader's lock for too long.

  fence.py PIPE PGDATA    returns when the fence stands; it goes on in the background

Patroni speaks the watchdog protocol of Linux into the pipe: `Ctimeout=N` and a line feed arm it for N seconds, any other byte is
a keepalive, which Patroni sends after each renewal of the lock, and `V` disarms it. When no byte came for N seconds, every
process of the server in PGDATA gets SIGKILL, backends first of all: one may still commit after its postmaster is gone.

Two processes: one reads, the other starts it again when it dies. Each takes the other's place, and what the reader knows is in
memory of both. Both hold the pipe open, so that Patroni never writes into one that nobody reads.
"""
import mmap
import os
import select
import signal
import struct
import sys
import time

from say import say

# How often the reader looks for the other process; and, when it ends PostgreSQL, for what is left of it.
LOOK_SECONDS = 1
AGAIN_SECONDS = 0.1


def now():
    """Goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Watch:
    """How long Patroni may be silent, and until when: both zero while it is disarmed. Shared between processes."""

    LAYOUT = struct.Struct('dd')

    def __init__(self):
        self._memory = mmap.mmap(-1, self.LAYOUT.size)

    @property
    def timeout(self):
        return self.LAYOUT.unpack_from(self._memory)[0]

    @property
    def deadline(self):
        return self.LAYOUT.unpack_from(self._memory)[1]

    def set(self, timeout, deadline):
        self.LAYOUT.pack_into(self._memory, 0, timeout, deadline)

    def take(self, data, when):
        """Bytes from Patroni. Gives what is not a whole command yet."""
        while data:
            if data[:1] == b'C':
                line, end, rest = data.partition(b'\n')
                if not end:
                    return data
                timeout = int(line.partition(b'=')[2])
                if timeout != self.timeout:
                    say(f'fence: armed, Patroni may be silent for {timeout} s')
                self.set(timeout, when + timeout)
                data = rest
            elif data[:1] == b'V':
                say('fence: disarmed')
                self.set(0, 0)
                data = data[1:]
            else:
                self.set(self.timeout, when + self.timeout if self.timeout else 0)
                data = data[1:]
        return data


def servers(pgdata):
    """Processes of PostgreSQL in the directory: the postmaster, and what it has left behind if it is gone. Backends come first."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/comm') as comm:
                if comm.read().strip() == 'postgres' and os.readlink(f'/proc/{pid}/cwd') == pgdata:
                    found.append(int(pid))
        except OSError:
            pass    # it has ended meanwhile, or is somebody else's
    return sorted(found, reverse=True)


def fire(pgdata):
    """Kills what is there. Whether something was."""
    pids = servers(pgdata)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError as error:
            say(f'fence: process {pid}: {error}')
    return len(pids) > 0


def read(pipe, watch, pgdata, goes_on):
    """Watches over Patroni as long as the other process lives."""
    rest, firing = b'', False
    while goes_on():
        deadline = watch.deadline
        # Before anything is read: after a thaw the silence is over, and it was too long nevertheless.
        if deadline and now() >= deadline:
            if not firing:
                say(f'fence: Patroni was silent for {watch.timeout:.0f} s, PostgreSQL is ended')
            firing = fire(pgdata)
            # The timeout stays: a Patroni that goes on as leader after all is watched from its next keepalive.
            watch.set(watch.timeout, now() + AGAIN_SECONDS if firing else 0)
            continue
        wait = min(LOOK_SECONDS, deadline - now()) if deadline else LOOK_SECONDS
        if select.select([pipe], [], [], max(0, wait))[0]:
            rest, firing = watch.take(rest + os.read(pipe, 4096), now()), False


def stand(pipe, pgdata):
    """Two processes, each of which outlives the other."""
    watch = Watch()
    while True:
        keeper = os.getpid()
        reader = os.fork()
        if reader:
            os.waitpid(reader, 0)
            say('fence: the reader has died, and is started again')
            time.sleep(AGAIN_SECONDS)
        else:
            read(pipe, watch, pgdata, lambda: os.getppid() == keeper)
            say('fence: the other process has died, and is started again')


def main(path, pgdata):
    if not os.path.exists(path):
        os.mkfifo(path, 0o600)
    # For writing, too: Patroni's open would wait for a reader, and its bytes must not be lost between two readers.
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    if os.fork() == 0:
        os.setsid()
        say('fence: it stands')
        stand(pipe, os.path.realpath(pgdata))


if __name__ == '__main__':
    main(*sys.argv[1:])
