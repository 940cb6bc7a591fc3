import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, VARIABLES } from '../../src/config.ts';
import { ConfigError } from '../../src/config-problem.ts';

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
      // Slack's go together: others may be missing, but not this one.
      expect(problemsOf({ [name]: value })).not.toContain(name);
    }
  });

  it('sets nothing as it stands', () => {
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

/** The variables at fault. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name }) => name);
    throw error;
  }
}
