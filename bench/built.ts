import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { runnable } from '../test/support/engines.ts';
import type { Bench } from './row.ts';

type Built = Bench & { here: Bench['run'] };

const Compiled = z.object({ here: z.custom<Bench['run']>((value) => typeof value === 'function') });

/**
 * A bench that `file` exports under its own name, compiled, as Kept is where it runs: what runs sources adds work to
 * every function. `here` is what it does.
 */
export function built(name: string, file: string, here: Bench['run']): Built {
  return {
    name,
    here,
    run: async (on) => {
      const module: unknown = await import(pathToFileURL(await runnable(file)).href);
      const compiled = Compiled.parse(z.record(z.string(), z.unknown()).parse({ ...Object(module) })[name]);
      return compiled.here(on);
    },
  };
}
