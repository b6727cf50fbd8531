import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];

/**
 * A real browser: the one named by CHROMIUM_PATH, else the one inside the npm package (Linux, no system libraries needed), else
 * a system one.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), args: FLAGS, headless: true });
}

async function executable(): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is "${named}", and there is no such file.`);
    return named;
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packagedChromium();
  const found = SYSTEM.find((path) => existsSync(path));
  if (found === undefined) throw new Error('No browser found: install Chromium or set CHROMIUM_PATH to one.');
  return found;
}

async function packagedChromium(): Promise<string> {
  // Read when the package is first imported: with it, the package unpacks and uses the libraries that it carries.
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  const unpacked = join(tmpdir(), 'chromium');
  // A copy unpacked without its libraries would be taken as complete.
  if (existsSync(unpacked) && !existsSync(join(tmpdir(), 'al2023'))) rmSync(unpacked, { force: true });
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}
