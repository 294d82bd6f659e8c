import { changesPage } from './changes';
import { objectsPage } from './objects';
import { rulesPage } from './rules';

/** The generated pages of docs/, by file name. */
export const PAGES: { readonly [name: string]: () => string } = {
  'changes.md': changesPage,
  'objects.md': objectsPage,
  'rules.md': rulesPage,
};
