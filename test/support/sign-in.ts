import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Product } from './product.ts';

export const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };

/** Follows the one-time link of the announcement and creates the first administrator. */
export async function setUp(page: Page, product: Product): Promise<void> {
  const link = /http\S+\/setup\?token=\S+/.exec(product.announcement)?.[0];
  if (link === undefined)
    throw new Error(`There is no one-time link in the announcement:\n${product.announcement}`);
  await page.goto(link);
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** A new context that shares the session of another one. */
export async function signedIn(
  browser: Browser,
  session: BrowserContext,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  return browser.newContext({ ...options, storageState: await session.storageState() });
}

/** Collects what a page complains about: console errors and warnings, uncaught errors, answers of 500. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return complaints;
}
