import { Duration } from 'cdk8s';
import { Props } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';

const callback = (script: string, timeout?: Duration): Props => ({ callback: { script, timeout } });
const SHORT = '#!/bin/sh\n';
const HUGE = SHORT + '#'.repeat(1024 * 1024);

export const rows: Rows = {
  'callback-script': clusterRow([callback(SHORT), callback('#! /usr/bin/env python3\n')], [
    [callback('echo'), 'callback.script', '"echo"'],
    [callback('curl -u me:geheim example.org'), 'callback.script', '"curl "'],
    [callback(HUGE), 'callback.script', JSON.stringify(HUGE.slice(0, 5))],
  ]),
  'callback-timeout': clusterRow([callback(SHORT, Duration.seconds(1)), callback(SHORT, Duration.minutes(10))], [
    [callback(SHORT, Duration.seconds(0)), 'callback.timeout', '0'],
    [callback(SHORT, Duration.millis(1500)), 'callback.timeout', '1.5'],
  ]),
};
