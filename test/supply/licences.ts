import { z } from 'zod';

/** Licences that ask for no more than that they are named, and let Kept be used, changed and handed on as it is. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
]);

/** Packages that are let in all the same: under which licence, and why. */
export const EXCEPTIONS: Readonly<Record<string, { licence: string; why: string }>> = {
  argparse: {
    licence: 'PSF-2.0',
    why: 'Python’s own licence, permissive: its notice stays in the package. It reads YAML of date-holidays.',
  },
  'date-holidays': {
    licence: '(ISC AND CC-BY-3.0)',
    why: 'The code is ISC; the holidays are from Wikipedia, CC-BY, whose authors the package names. They are used as they are.',
  },
};

const Licence = z.union([
  z.object({ license: z.object({ id: z.string().optional(), name: z.string().optional() }) }),
  z.object({ expression: z.string() }),
]);
export const Component = z.object({
  name: z.string(),
  group: z.string().optional(),
  version: z.string(),
  purl: z.string().startsWith('pkg:npm/'),
  'bom-ref': z.string(),
  licenses: z.array(Licence).default([]),
});
export type Component = z.infer<typeof Component>;

/** A package, as it is listed. */
export type Listed = {
  name: string;
  version: string;
  licence: string;
  verdict: 'allowed' | 'excepted' | 'outside';
};

/** What a package's licence is, and whether it is let in. */
export function listed(component: Component): Listed {
  const { version } = component;
  const name = component.group === undefined ? component.name : `${component.group}/${component.name}`;
  const licence = component.licenses.map(expressionOf).join(' AND ') || 'none';
  if (component.licenses.length > 0 && isAllowed(licence)) {
    return { name, version, licence, verdict: 'allowed' };
  }
  const isExcepted = EXCEPTIONS[name]?.licence === licence;
  return { name, version, licence, verdict: isExcepted ? 'excepted' : 'outside' };
}

function expressionOf(licence: z.infer<typeof Licence>): string {
  return 'expression' in licence
    ? licence.expression
    : (licence.license.id ?? licence.license.name ?? 'unnamed');
}

/** Of `A OR B` one has to be allowed, of `A AND B` both. What is nested deeper is for a person to read. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/u, '$1');
  if (/[()]/u.test(bare)) {
    return false;
  }
  return bare.split(' OR ').some((one) => one.split(' AND ').every((licence) => ALLOWED.has(licence)));
}
