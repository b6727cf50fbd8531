import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '#test/support/browser.ts';
import { eventually, Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** What an operator does to breakers, credentials, keys and the demo, in the browser. */
let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  complaints = complaintsOf(page);
  await setUp(page, product);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const open = (path: string) => page.goto(product.dashboardUrl + path);
const state = async (target: string) =>
  (await product.must<{ state: string }>('GET', `/api/v1/breakers/target/${target}`)).state;

describe('a breaker', () => {
  test('an open one is probed now, stays open while the vendor is broken, and is closed by a reset', async () => {
    await product.must('POST', '/api/v1/simulator/faults', { provider: 'groq-sim', fault: 'server_error' });
    await product.must('POST', '/api/v1/simulator/faults', {
      provider: 'openai-sim',
      model: 'gpt-4o-mini',
      fault: 'server_error',
    });
    await open('/targets/gpt-4o-mini-us');
    await page.getByText(/^Open/).first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Probe now' }).click();
    await page
      .getByText(/A probe failed since|probes failed since/)
      .first()
      .waitFor({ timeout: 60_000 });
    await product.must('DELETE', '/api/v1/simulator/faults');
    await page.getByRole('button', { name: 'Reset' }).click();
    await eventually('the breaker is closed', async () => (await state('gpt-4o-mini-us')) === 'closed');
    await page.getByText('Closed', { exact: true }).first().waitFor();
  });

  test('an override is undone where every action can be undone', async () => {
    await open('/targets/llama-70b');
    await page.getByRole('button', { name: 'Force closed' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Test of the undo button');
    await dialog.getByRole('button', { name: 'Force closed' }).click();
    await page
      .getByText(/FORCED CLOSED/i)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^Your recent actions/ }).click();
    await page.getByRole('button', { name: 'Clear it' }).click();
    await eventually('the override is gone', async () => {
      const view = await product.must<{ override: unknown }>('GET', '/api/v1/breakers/target/llama-70b');
      return view.override === null;
    });
  });
});

describe('the playground', () => {
  test('an answer is stopped midway, and what came stays', async () => {
    await open('/playground');
    await page.getByRole('textbox', { name: 'Your message' }).fill('Tell me a long story about parcels.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByTestId('answer')
      .getByText(/This is/)
      .waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped by you.').waitFor();
    expect(await page.getByTestId('answer').textContent()).toContain('This is');
  });
});

describe('settings', () => {
  test('a credential can be a variable, and a missing one is named as the problem', async () => {
    await open('/settings');
    await page
      .getByRole('button', { name: /^Rotate key of/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Environment variable', { exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Variable' }).fill('NO_SUCH_KEY_HERE');
    await dialog.getByRole('checkbox', { name: 'Test it first' }).uncheck();
    await dialog.getByRole('button', { name: 'Rotate the key' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/NO_SUCH_KEY_HERE is not set/)
      .first()
      .waitFor();
  });

  test('a revoked key is refused by the gateway', async () => {
    const key = await product.apiKey('to be revoked');
    const models = () =>
      fetch(`${product.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await models()).status).toBe(200);
    await open('/settings');
    await page.getByRole('button', { name: 'Revoke to be revoked' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await eventually('the key is refused', async () => (await models()).status === 401);
  });

  test('the export is downloaded without a secret', async () => {
    await open('/settings');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download YAML' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('switchyard.yaml');
    const stream = await download.createReadStream();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toContain('support-chat');
    expect(text).toContain('stored: true');
    expect(text).not.toContain('simulated-us');
  });

  test('the demo is removed after it was said what goes, and the overview says where to begin', async () => {
    await open('/settings');
    await page.getByRole('button', { name: 'Remove the demo…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/support-chat/).waitFor();
    await dialog.getByRole('button', { name: 'Remove the demo' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await open('/');
    await page
      .getByRole('link', { name: /provider/i })
      .first()
      .waitFor();
    expect(await page.getByText('Break something').count()).toBe(0);
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
