"""How a Job says what came of it: one line of JSON, the same as termination message, metrics, and its status."""
import http.client
import json
import os
import signal
import time
import traceback
import urllib.request
from datetime import datetime, timezone

from say import say


class Failure(Exception):
    """What a person should read in the report."""


def shorten(text):
    return text.strip()[:600]


def age(moment):
    return round((datetime.now(timezone.utc) - moment).total_seconds())


def reported(job, report, work, pushgateway=None):
    """Does the work of a Job and publishes what came of it, however it ended. Gives the status."""
    try:
        signal.signal(signal.SIGTERM, told_to_end)
        work()
    except (Failure, SystemExit) as end:
        report['failures'].append(shorten(str(end)))
    except Exception as error:
        traceback.print_exc()
        report['failures'].append(shorten(f'{type(error).__name__}: {error}'))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return publish(job, report, pushgateway)


def told_to_end(*_):
    """A Job at its deadline gets a signal, of which the first process of a container hears only if it asked for it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Failure('it was told to end, by its deadline or by somebody')


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
    durations = {key: value for key, value in report.items() if key.endswith('_seconds')}
    values = {'success': 0 if report['failures'] else 1, 'timestamp_seconds': time.time(), **durations}
    name = 'spilo_' + job.replace('-', '_')
    text = ''.join(f'{name}_{key} {value}\n' for key, value in values.items())
    request = urllib.request.Request(pushgateway + group(job, report['cluster']), text.encode(), method='PUT')
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except (OSError, http.client.HTTPException) as error:
        say(f'the metric was not taken: {error}')


def group(job, cluster):
    """What one Job overwrites in the Pushgateway. Two namespaces may have clusters of one name."""
    namespace = os.environ.get('POD_NAMESPACE')
    return f'/metrics/job/{job}' + (f'/namespace/{namespace}' if namespace else '') + f'/cluster/{cluster}'
