/**
 * Loaded before an example: when its app is synthesized, the specs of all constructs of the library are written to the file
 * that SPEC_FILE names, by their paths.
 */
import { writeFileSync } from 'node:fs';
import { App } from 'cdk8s';

const { synth } = App.prototype;

App.prototype.synth = function (this: App): void {
  synth.call(this);
  const specs = this.node.findAll().filter((construct): construct is typeof construct & { _spec: object } => '_spec' in construct)
    .map(construct => [construct.node.path, { construct: construct.constructor.name, spec: construct._spec }]);
  writeFileSync(process.env.SPEC_FILE!, `${JSON.stringify(Object.fromEntries(specs), undefined, 2)}\n`);
};
