import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, VARIABLES } from '../../src/config.ts';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** Lines like `#PORT=3000`: what to take the # off of. */
const settings = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));

describe('.env.example', () => {
  it('explains every variable, with a value that can be used, and no other', () => {
    expect(new Set(settings.map(({ name }) => name))).toEqual(new Set(Object.keys(VARIABLES)));
    for (const { name, value } of settings) {
      expect(() => readConfig({ [name]: value })).not.toThrow();
    }
  });

  it('sets nothing as it stands', () => {
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
