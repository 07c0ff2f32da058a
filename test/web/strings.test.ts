// What the page says of settings: every key that it may show has words for people.
import { expect, test } from 'vitest';
import { describeConfigKeys } from '../../src/daemon/config.ts';
import { S } from '../../src/web/strings.ts';

/** Of the server's own keys, those that a page may change. */
const OPEN = ['server.host', 'server.port', 'server.log_level'];

test('every setting has a label of its own and a line of help', () => {
  const names = describeConfigKeys()
    .filter(({ kind }) => kind !== null)
    .map(({ section, key }) => `${section}.${key}`)
    .filter((name) => !name.startsWith('server.') || OPEN.includes(name));
  expect(Object.keys(S.settings.keys).sort()).toEqual(names.sort());
  const labels = Object.values(S.settings.keys).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  for (const { label, help } of Object.values(S.settings.keys)) {
    expect(label).not.toContain('_');
    expect(help).toMatch(/^[A-Z0-9].*\.$/s);
  }
});
