import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startFlags } from '../support/kept-process.ts';

const read = (name: string) => readFileSync(path.join(import.meta.dirname, '../..', name), 'utf8');

it('the image, the bench and the page on operation give Node the flags that `npm start` gives', () => {
  const flags = startFlags();
  expect(flags).toEqual([expect.stringMatching(/^--max-semi-space-size=\d+$/u)]);
  for (const flag of flags) {
    expect(read('Dockerfile')).toMatch(new RegExp(`^CMD .*"${flag}".*"dist/src/main.js"`, 'mu'));
    expect(read('package.json')).toMatch(new RegExp(`"bench": ".*${flag} .*bench/bench.ts`, 'u'));
    expect(read('docs/operation.md')).toContain(`node ${flag} dist/src/main.js`);
  }
});
