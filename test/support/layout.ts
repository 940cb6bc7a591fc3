import { posix } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';

/** A source file by its path from the root of the repository. */
export type SourceFile = { path: string; text: string };

type Place = {
  where: RegExp;
  /** Our own files that may be imported from there. */
  ours: RegExp;
  /** Packages that may be; `node:` stands for all that Node brings. */
  theirs: RegExp;
  readsEnvironment?: true;
};

const DATES = 'zod|date-fns|@date-fns/.+';
const ANY = /./;

/** architecture.md's "Layout". The first place that fits is a file's own; a file without one is out of place. */
const PLACES: readonly Place[] = [
  {
    where: /^src\/domain\/plain-time[a-z-]*\.ts$/,
    ours: /^src\/domain\//,
    theirs: new RegExp(`^(?:${DATES}|chrono-node)$`),
  },
  {
    where: /^src\/domain\/holidays\.ts$/,
    ours: /^src\/domain\//,
    theirs: new RegExp(`^(?:${DATES}|date-holidays)$`),
  },
  { where: /^src\/domain\//, ours: /^src\/domain\//, theirs: new RegExp(`^(?:${DATES})$`) },
  { where: /^src\/app\//, ours: /^src\/(?:domain|app)\//, theirs: new RegExp(`^(?:${DATES})$`) },
  {
    where: /^src\/conversation\//,
    ours: /^src\/(?:domain|app|conversation)\//,
    theirs: new RegExp(`^(?:${DATES})$`),
  },
  {
    where: /^src\/store\//,
    ours: /^src\/(?:domain|store)\/|^src\/app\/(?:store|connections|addresses|inbox|bell|surface|clock|deps|duty|canary|auditing|repair|prune)\.ts$/,
    theirs: /^(?:kysely|pg|zod|@electric-sql\/pglite(?:-.+)?|node:)$/,
  },
  {
    where: /^src\/config(?:-[a-z]+)?\.ts$/,
    ours: /^src\/domain\/|^src\/config-[a-z]+\.ts$/,
    theirs: /^(?:zod|node:)$/,
  },
  {
    where: /^src\/operation\//,
    ours: /^src\/(?:domain|app|store|operation)\/|^src\/config(?:-[a-z]+)?\.ts$/,
    theirs: /^(?:zod|pino|prom-client|kysely|rate-limiter-flexible|node:)$/,
  },
  {
    where: /^src\/(?:compose|open-store|chats|console-deps|chat-deps|chat-check|watch)\.ts$/,
    ours: ANY,
    theirs: ANY,
  },
  {
    where: /^src\/(?:main|doctor|migrate|move|teams-package)\.ts$/,
    ours: ANY,
    theirs: ANY,
    readsEnvironment: true,
  },
  // What runs in a browser has nothing of Node.
  {
    where: /^adapters\/web\/client\//,
    ours: /^adapters\/web\/|^src\/(?:conversation|app|domain)\//,
    theirs: /^(?!node:)/,
  },
  {
    where: /^adapters\/teams\/tab\//,
    ours: /^adapters\/teams\/tab(?:\/|-wire\.ts$)/,
    theirs: /^(?!node:)/,
  },
  {
    where: /^adapters\/slack\//,
    ours: /^adapters\/slack\/|^src\/(?:conversation|app|domain)\//,
    theirs: new RegExp(`^(?:${DATES}|hono|@hono/node-server|undici|@slack/.+|node:)$`),
  },
  {
    where: /^adapters\/teams\//,
    ours: /^adapters\/teams\/|^src\/(?:conversation|app|domain)\//,
    theirs: ANY,
  },
  { where: /^adapters\/web\//, ours: /^adapters\/web\/|^src\/(?:conversation|app|domain)\//, theirs: ANY },
  { where: /^jobs\//, ours: /^jobs\/|^src\/(?:app|domain)\//, theirs: ANY },
];

/** Packages that one place alone may import, whatever else is allowed. */
const RESERVED: readonly { theirs: RegExp; where: RegExp }[] = [
  // Behind the door: docs/decisions/0014.
  {
    theirs: /^bot(?:builder|framework)/,
    where: /^adapters\/teams\/(?:bot|connector|authenticate|managed-token)\.ts$/,
  },
  { theirs: /^@slack\//, where: /^adapters\/slack\// },
  { theirs: /^(?:bullmq|ioredis)$/, where: /^jobs\// },
];

/** What the pure core has nothing to do with: the clock, chance, the environment, I/O and what waits for it. */
const IMPURE = new Set(
  'process fetch setTimeout setInterval setImmediate queueMicrotask performance crypto console globalThis require'.split(
    ' ',
  ),
);

/** What a file does that its place in the layout doesn't allow; empty when all is well. */
export function layoutFaults({ path, text }: SourceFile): string[] {
  const place = PLACES.find(({ where }) => where.test(path));
  if (place === undefined) {
    return [`${path} has no place in the layout`];
  }
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) {
    return errors.map(({ message }) => `${path} can't be read: ${message}`);
  }
  const faults = importsOf(program).flatMap((from) => importFaults(path, place, from));
  if (place.readsEnvironment === undefined) {
    faults.push(...environmentFaults(program));
  }
  if (path.startsWith('src/domain/')) {
    faults.push(...impurities(program));
  }
  return [...new Set(faults)].map((fault) => `${path} ${fault}`);
}

function importFaults(path: string, place: Place, from: string | null): string[] {
  if (from === null) {
    return ['imports what only shows when it runs'];
  }
  if (from.startsWith('.') || from.startsWith('/')) {
    const target = from.startsWith('/') ? from : posix.join(posix.dirname(path), from);
    return place.ours.test(target) ? [] : [`must not import ${target}`];
  }
  const name = packageOf(from);
  const isReserved = RESERVED.some(({ theirs, where }) => theirs.test(name) && !where.test(path));
  return place.theirs.test(name) && !isReserved ? [] : [`must not import ${from}`];
}

/** "chrono-node/en" is chrono-node, "@slack/bolt" itself, "node:fs" Node's. */
function packageOf(from: string): string {
  if (from.startsWith('node:')) {
    return 'node:';
  }
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whatever a file imports, types and all; null for what can't be told from the text. */
function importsOf(program: ESTree.Program): (string | null)[] {
  const found: (string | null)[] = [];
  const add = (node: ESTree.Node | null) => {
    found.push(node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null);
  };
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => source && add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type === 'Identifier' && callee.name === 'require') {
        add(first ?? null);
      }
    },
  }).visit(program);
  return found;
}

/** `process.env`, however it is come by. */
function environmentFaults(program: ESTree.Program): string[] {
  const faults: string[] = [];
  const held = new Set<ESTree.Node>();
  new Visitor({
    MemberExpression: (node) => {
      const { object, property, computed } = node;
      if (
        object.type === 'Identifier' &&
        object.name === 'process' &&
        !computed &&
        property.type === 'Identifier'
      ) {
        held.add(object);
        if (property.name === 'env') {
          faults.push('must not read process.env');
        }
      }
      if (!computed) {
        held.add(property);
      }
    },
    Property: ({ key, computed }) => {
      if (!computed) {
        held.add(key);
      }
    },
    TSPropertySignature: ({ key }) => {
      held.add(key);
    },
    Identifier: (node) => {
      if (node.name === 'process' && !held.has(node)) {
        faults.push('must not hand process around');
      }
    },
  }).visit(program);
  return importsOf(program).includes('node:process') ? [...faults, 'must not import node:process'] : faults;
}

/** The clock, chance, I/O and waiting in a file that is to be pure. */
function impurities(program: ESTree.Program): string[] {
  const faults: string[] = [];
  /** Identifiers that are a mere name, or a use of Date that doesn't read the clock. */
  const harmless = new Set<ESTree.Node>();
  const noAsync = ({ async }: { async: boolean }) => {
    if (async) {
      faults.push('must not be async');
    }
  };
  new Visitor({
    FunctionDeclaration: noAsync,
    FunctionExpression: noAsync,
    ArrowFunctionExpression: noAsync,
    AwaitExpression: () => {
      faults.push('must not be async');
    },
    MetaProperty: () => {
      faults.push('must not use import.meta');
    },
    NewExpression: ({ callee, arguments: args }) => {
      if (callee.type === 'Identifier' && callee.name.endsWith('Date')) {
        harmless.add(callee);
        if (args.length === 0) {
          faults.push(`must not use new ${callee.name}()`);
        }
      }
    },
    MemberExpression: ({ object, property, computed }) => {
      const name = !computed && property.type === 'Identifier' ? property.name : null;
      if (!computed) {
        harmless.add(property);
      }
      if (object.type === 'Identifier' && object.name === 'Date' && (name === 'parse' || name === 'UTC')) {
        harmless.add(object);
      }
      if (object.type === 'Identifier' && object.name === 'Math' && name !== null && name !== 'random') {
        harmless.add(object);
      }
    },
    Property: ({ key, computed, shorthand }) => {
      if (!computed && !shorthand) {
        harmless.add(key);
      }
    },
    TSTypeReference: ({ typeName }) => {
      harmless.add(typeName);
    },
    TSPropertySignature: ({ key }) => {
      harmless.add(key);
    },
    Identifier: (node) => {
      if (!harmless.has(node) && (IMPURE.has(node.name) || node.name === 'Date' || node.name === 'Math')) {
        faults.push(`must not use ${node.name}`);
      }
    },
  }).visit(program);
  return faults;
}
