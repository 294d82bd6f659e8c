import { render } from '../support/render';
import { Backup, BackupStore } from 'cdk8s-spilo';

test('the variables that are made of all features come last, since Kubernetes reads them in order', () => {
  const names = render({ backup: Backup.to(BackupStore.existingClaim('x')) }).database.env.map(({ name }: { name: string }) => name);
  expect(names.slice(-2)).toEqual(['CRONTAB', 'SPILO_CONFIGURATION']);
});

test('without a line there is no crontab: Spilo starts no cron then', () => {
  expect(render().env).not.toHaveProperty('CRONTAB');
});

test('the configuration is readable in a review: one line for each value, no folded lines', () => {
  const text = 'word '.repeat(50).trim();
  const { value } = render({ postgres: { parameters: { 'example.long': text } } }).database.env.pop();
  expect(value.split('\n')).toContain(`    example.long: ${text}`);
});

test('a rendered cluster is the same whatever was rendered before it', () => {
  const before = render().yaml;
  render({ patroni: { tags: { a: 'b' } }, postgres: { parameters: { work_mem: '1GB' } } });
  expect(render().yaml).toBe(before);
});
