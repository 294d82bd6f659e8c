"""How a Job says what came of it: one line of JSON, the same as termination message, metrics, and its status."""
import json
import os
import time
import urllib.request
from datetime import datetime, timezone

from walg import say


def shorten(text):
    return text.strip()[:600]


def age(moment):
    return round((datetime.now(timezone.utc) - moment).total_seconds())


def publish(job, report, pushgateway=None):
    """The last words of a Job about `cluster`; every one of the `failures` makes it fail. Gives the status."""
    report['result'] = 'failed' if report['failures'] else 'passed'
    line = json.dumps(report, sort_keys=True)
    print(line, flush=True)
    termination = os.environ.get('TERMINATION_LOG', '/dev/termination-log')
    if os.path.exists(os.path.dirname(termination)):
        try:
            with open(termination, 'w') as file:
                file.write(line[:4000])
        except OSError as error:
            say(f'no termination message: {error}')
    if pushgateway:
        push(pushgateway, job, report)
    return 1 if report['failures'] else 0


def push(pushgateway, job, report):
    values = {'success': 0 if report['failures'] else 1, 'timestamp_seconds': time.time(), **{key: report[key] for key in report if key.endswith('_seconds')}}
    name = 'spilo_' + job.replace('-', '_')
    text = ''.join(f'{name}_{key} {value}\n' for key, value in values.items())
    url = f'{pushgateway}/metrics/job/{job}/cluster/{report["cluster"]}'
    try:
        urllib.request.urlopen(urllib.request.Request(url, text.encode(), method='PUT'), timeout=10).close()
    except OSError as error:
        say(f'the metric was not taken: {error}')
