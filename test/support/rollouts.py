"""Reads pairs of dynamic configurations; writes what Patroni has after the Job of the first and then of the second one ran."""
import json
import sys

from dynamic import MANAGED, RECORD, changes, record_of
from fakes import patch


def after(first, second):
    live = {**first, RECORD: {MANAGED: record_of(first)}}
    patch(live, changes(second, live))
    return {key: value for key, value in live.items() if key != RECORD}


json.dump([after(first, second) for first, second in json.load(sys.stdin)], sys.stdout)
