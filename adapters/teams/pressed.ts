import { z } from 'zod';
import { Pressed } from './meta.ts';

const Data = z.object({ kept: Pressed });

/** What a button of ours says that it does; null for one of an older version, or that isn't ours. */
export function pressedOf(data: unknown): Pressed | null {
  const parsed = Data.safeParse(data);
  return parsed.success ? parsed.data.kept : null;
}
