import { changesPage } from './changes';
import { objectsPage } from './objects';
import { rulesPage } from './rules';
import { shapesFile } from './shapes';

/** The generated pages, by path. The first is what constructs are checked by, also those that another page renders. */
export const PAGES: { readonly [name: string]: () => string } = {
  'src/properties.json': shapesFile,
  'docs/changes.md': changesPage,
  'docs/objects.md': objectsPage,
  'docs/rules.md': rulesPage,
};
