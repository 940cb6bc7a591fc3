import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plants } from '../chaos/planted/plants.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the faults that `npm run planted` plants', () => {
  it.each(plants)('$name: what it changes stands once in the source, and its tests are there', (plant) => {
    const source = readFileSync(join(ROOT, plant.file), 'utf8');
    expect(source.split(plant.find)).toHaveLength(2);
    expect(source.replace(plant.find, () => plant.put)).not.toBe(source);
    const tests = plant.caughtBy.filter((arg) => arg.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
