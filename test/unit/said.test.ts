import { describe, expect, it } from 'vitest';
import { closedStory } from '../../bench/seed-story.ts';
import { docOf, fileOf, saidOf } from '../../src/store/said.ts';

/** The file after each decision of a story: opened, promised, nudged, kept, closed. */
const files = closedStory('console').commits.map(({ decision }) => decision.file);

function stored(file: (typeof files)[number], said: unknown) {
  const { case: careCase, promises, asks } = file;
  const docs = { case: docOf(careCase), promises: promises.map(docOf), asks: asks.map(docOf) };
  return structuredClone({ docs, said });
}

describe('what lies with an alarm', () => {
  it('makes the file that it was taken from, together with its documents', () => {
    for (const file of files) {
      const { data, error } = fileOf(stored(file, saidOf(file)));
      expect(error).toBeUndefined();
      expect(data).toEqual(file);
    }
  });

  it('names the case in no key of its own posts, and leaves any other key alone', () => {
    const [file] = files;
    if (file === undefined) throw new Error('The story is empty');
    const foreign = { key: 'elsewhere/card', say: { what: 'case card' as const } };
    const asked = { ...file, case: { ...file.case, standing: [...file.case.standing, foreign] } };
    const said = saidOf(asked);
    expect(JSON.stringify(said)).not.toContain(file.case.id);
    expect(said.standing).toContainEqual(foreign);
    expect(fileOf(stored(file, said)).data).toEqual(asked);
  });

  it.each([
    ['steps by name, as they were written before', { steps: {} }],
    ['a step that is no pair', { steps: [null] }],
    ['steps that are none', { steps: [['PROMISE', 'halfway']] }],
    ['no list of posts', { standing: null }],
    ['a post without a key', { standing: [{ say: { what: 'case card' } }] }],
  ])('is found to be none: %s', (_, wrong) => {
    const file = files.find(({ promises }) => promises.some(({ status }) => status === 'live'));
    if (file === undefined) throw new Error('The story has no live promise');
    const said = JSON.stringify({ ...saidOf(file), ...wrong }).replace('PROMISE', file.promises[0]?.id ?? '');
    expect(fileOf(stored(file, JSON.parse(said))).success).toBe(false);
  });
});
