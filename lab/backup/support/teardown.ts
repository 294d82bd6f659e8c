import { say } from './setup';

export default function teardown(): void {
  say();
}
