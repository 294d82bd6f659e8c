const Sequencer = require('@jest/test-sequencer').default;

/** What is fast and finds most comes first; with several labs, what takes longest. A suite that is not listed comes last. */
const ORDER = Number(process.env.SPILO_LABS ?? 1) > 1
  ? ['failover', 'consistency', 'life', 'change', 'backup', 'proxy', 'security', 'mutations', 'upgrade', 'api', 'start', 'scheduling']
  : ['api', 'scheduling', 'life', 'proxy', 'failover', 'consistency', 'change', 'upgrade', 'start', 'backup', 'security', 'mutations'];
const rank = ({ path }) => [...ORDER, ''].findIndex(name => path.endsWith(name ? `/${name}.test.ts` : '.ts'));

module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b));
  }
};
