// Languages, whatever the region.

/** The first part of a BCP 47 tag, or of a name such as `pt_BR`, in lower case. */
export function getBaseLanguage(tag: string): string {
  return tag.split(/[-_]/)[0]!.toLowerCase();
}
