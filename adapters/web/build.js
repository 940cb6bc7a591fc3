// Builds what `npm start` runs: the server's JavaScript and the pages of the console and of Teams' tab, into dist.
// With --if-stale it does nothing when no source is newer than the last build. Plain JavaScript, for it comes
// before there is anything built.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'adapters',
  'jobs',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.config.ts',
  'vite.tab.config.ts',
];

if (!process.argv.includes('--if-stale') || isStale()) {
  build();
}

function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  run('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
  run('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  run('vite/bin/vite.js', ['build', '--logLevel', 'warn', '--config', 'vite.tab.config.ts']);
  writeFileSync(stamp, '');
}

/** @param {string} tool @param {string[]} args */
function run(tool, args) {
  const { status, error } = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error !== undefined || status !== 0) {
    process.stderr.write(`The build failed in ${tool}.${error === undefined ? '' : ` ${error.message}`}\n`);
    process.exit(1);
  }
}

function isStale() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((path) => newest(join(root, path)) > built);
}

/** @param {string} path @returns {number} the newest modification below it, in epoch ms */
function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    return 0;
  }
  return found.isDirectory()
    ? Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : found.mtimeMs;
}
