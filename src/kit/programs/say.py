"""How programs say something: one line, with the time in UTC."""
import logging
import sys
import time


def say(text):
    now = time.time()
    print(time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now)) + f'.{int(now % 1 * 1000):03d}Z {text}', flush=True)


def logger(name, level):
    """The same lines with a level, for a program whose user chooses how much it says."""
    formatter = logging.Formatter('%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s', '%Y-%m-%dT%H:%M:%S')
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    log = logging.getLogger(name)
    log.addHandler(handler)
    log.setLevel(level)
    return log
