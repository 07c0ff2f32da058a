// Changes keys in the text of a config.yaml and leaves everything else as its owner wrote it, comments and order included.
import { type Document, isMap, parseDocument } from 'yaml';

export interface ConfigChange {
  section: string;
  key: string;
  /** Undefined: the key goes, and its default counts. */
  value: unknown;
}

/** A key that goes takes its comment along; a section without keys goes too. The text must be one that `parseConfig` takes. */
export function editConfig(text: string, changes: readonly ConfigChange[]): string {
  if (changes.length === 0) return text;
  const document = parseDocument(text);
  for (const { section, key, value } of changes) {
    if (value === undefined) removeKey(document, section, key);
    else {
      // The file, or a section, may be there with nothing in it.
      if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
      if (!isMap(document.get(section))) document.set(section, document.createNode({}));
      document.setIn([section, key], value);
    }
  }
  // `{}` would be all that is left.
  if (isMap(document.contents) && document.contents.items.length === 0) document.contents = null;
  // As its owner writes lists: [a, b] or [ a, b ].
  const flowCollectionPadding = !/[[{][^\s\]}]/.test(text);
  const edited = document.toString({ lineWidth: 0, flowCollectionPadding });
  return document.contents === null ? edited.replace(/^null\n?/m, '') : edited;
}

function removeKey(document: Document, section: string, key: string): void {
  const values = document.get(section);
  if (!isMap(values)) return;
  values.delete(key);
  if (values.items.length === 0) document.delete(section);
}
