import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';

const Report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ name: z.string(), severity: z.string(), range: z.string(), fixAvailable: z.unknown() }),
  ),
});

/** `unknown`: nobody could be asked, which is no “none”. */
export type Advisories =
  | { are: 'unknown'; why: string }
  | { are: 'known'; found: { name: string; severity: string; range: string }[] };

/** Asks the registry for known advisories on what runs in production. */
export function askAdvisories(): Advisories {
  const asked = spawnSync('npm', ['audit', '--json', '--omit', 'dev'], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
    timeout: 60_000,
  });
  return advisoriesIn(asked.stdout);
}

/** What npm's answer says. */
export function advisoriesIn(answer: string): Advisories {
  try {
    const report = Report.safeParse(JSON.parse(answer));
    if (report.success) {
      return { are: 'known', found: Object.values(report.data.vulnerabilities) };
    }
    const { message } = z.object({ message: z.string() }).parse(JSON.parse(answer));
    return { are: 'unknown', why: message };
  } catch {
    return { are: 'unknown', why: 'npm gave no answer that can be read' };
  }
}
