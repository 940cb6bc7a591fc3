import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable'];
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why browser tests can't run here, or null when they can: a test leaves them out and says so. */
export function whyNoChromium(): string | null {
  return PATHS.some((path) => existsSync(path))
    ? null
    : `Chromium isn’t installed (looked for ${PATHS.join(', ')}). On Debian: apt-get install chromium`;
}

/**
 * Starts the system's Chromium with a fresh profile; close it when done.
 * @throws when none is installed, with how to install it.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(whyNoChromium() ?? 'Chromium isn’t installed.');
  return chromium.launch({ executablePath, args: ARGS });
}
