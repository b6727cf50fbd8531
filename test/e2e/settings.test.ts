import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '#lib/simulator/simulator.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { startOwnVendor } from '#test/support/own-vendor.ts';
import { Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** A product without the demo, set up by hand in the browser; each test goes on where the last one stopped. */
let product: Product;
let vendor: Simulator;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  vendor = await startOwnVendor();
  product = await Product.start({ env: { SWITCHYARD_DEMO: 'off' } });
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  complaints = complaintsOf(page);
  await setUp(page, product);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await vendor?.stop();
});

const open = (path: string, on: Page = page) => on.goto(`${product.dashboardUrl}${path}`);

async function choose(field: string, option: string): Promise<void> {
  await page
    .getByRole('combobox', { name: field })
    .or(page.getByRole('textbox', { name: field }))
    .click();
  await page.getByRole('option', { name: option }).click();
}

describe('a product without the demo', () => {
  test('a provider is added, without a target', async () => {
    await open('/settings');
    await page.getByRole('link', { name: 'Add a provider' }).click();
    await page.getByText('Other, OpenAI-compatible', { exact: true }).click();
    await page.getByText('Store a key', { exact: true }).click();
    await page.getByLabel('Key', { exact: true }).fill('simulated');
    await page.getByLabel('Base URL').fill(`${vendor.endpoints[0]?.url}/openai/v1`);
    await page.getByLabel('Name', { exact: true }).fill('House models');
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByText(/the key is good, and it may call/).waitFor();
    await page.getByRole('button', { name: 'Add the provider alone' }).click();
    await page.getByRole('heading', { name: 'House models is set up' }).waitFor();
    await open('/settings');
    await page.getByRole('region', { name: 'House models' }).getByText('Credential: stored').waitFor();
  });

  test('a provider in a cloud needs its region, which its address follows, and may be added untested', async () => {
    await open('/add-provider?vendor=bedrock');
    await page.getByText(/ACCESS_KEY_ID:SECRET_ACCESS_KEY/).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Our AWS');
    await page.getByLabel('Key', { exact: true }).fill('AKIAEXAMPLE:');
    await page.getByRole('combobox', { name: 'Region' }).fill('');
    // The list of regions covers the button while it is open.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByText(/A bedrock endpoint needs its region/).waitFor();
    await page.getByText(/Write the AWS keys as/).waitFor();
    await page.getByRole('combobox', { name: 'Region' }).fill('eu-central-1');
    await page.keyboard.press('Escape');
    await page.getByLabel('Key', { exact: true }).fill('AKIAEXAMPLEEXAMPLE01:secret');
    const address = page.getByLabel('Base URL');
    expect(await address.inputValue()).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com');
    // Nothing listens on the discard port.
    await address.fill('http://127.0.0.1:9');
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByRole('button', { name: 'Go on all the same' }).click();
    await page.getByRole('button', { name: 'Add the provider alone' }).click();
    await page.getByRole('heading', { name: 'Our AWS is set up' }).waitFor();
    await open('/providers/our-aws');
    await page.getByText('AWS Bedrock', { exact: true }).waitFor();
    await page.getByText('http://127.0.0.1:9', { exact: true }).waitFor();
  });

  test('a target is added', async () => {
    await open('/targets');
    await page.getByRole('button', { name: 'Add target' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Slug').fill('house-llama');
    await choose('Provider and endpoint', 'house-models.global');
    await drawer.getByLabel('Model', { exact: false }).first().fill('llama-3.3-70b-versatile');
    await drawer.getByRole('button', { name: 'Add target' }).click();
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'house-llama' }).waitFor();
  });

  test('a flow is created', async () => {
    await open('/flows');
    await page.getByRole('button', { name: 'New flow' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Help desk');
    await dialog.getByRole('combobox', { name: 'Chain' }).press('ArrowDown');
    await page.getByRole('option', { name: 'llama-3.3-70b-versatile' }).click();
    // The list of targets covers the button while it is open.
    await dialog.getByLabel('Slug').click();
    await dialog.getByRole('button', { name: 'Create the flow' }).click();
    await page.getByRole('heading', { level: 1, name: /Help desk/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/flows/help-desk');
  });

  test('a key is created, and a call with it is answered by that target', async () => {
    await open('/settings');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('web backend');
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    const key = await dialog.getByText(/^sy_/).textContent();
    const answer = await fetch(`${product.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'help-desk', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-switchyard-served-by')).toBe('house-models/global/llama-3.3-70b-versatile');
    const body = await answer.json();
    expect(body.choices[0].message.content).not.toBe('');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('cell', { name: 'web backend', exact: true }).waitFor();
    expect(await page.getByText(key ?? '').count()).toBe(0);
  });
});

/** From the editor: reviews the draft, says why, and waits until it is in force. */
async function publish(on: Page, reason: string): Promise<void> {
  await on.getByRole('button', { name: 'Publish…' }).click();
  const dialog = on.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await dialog.getByRole('button', { name: /^Publish version/ }).click();
  await on.waitForURL((url) => url.pathname === '/flows/help-desk');
}

describe('two tabs on one flow', () => {
  test('the slower one keeps its draft, is told what the other published, and may publish on top of it', async () => {
    const other = await context.newPage();
    await Promise.all([open('/flows/help-desk/edit'), open('/flows/help-desk/edit', other)]);
    await page.getByRole('textbox', { name: 'Badge text' }).fill('Answered by the stand-in');
    await other.getByRole('textbox', { name: 'Badge text' }).fill('A backup answered');
    await publish(other, 'Shorter words for the badge');

    const meanwhile = page.getByRole('region', { name: /Version 2 has been published meanwhile/ });
    await meanwhile.getByText(/A backup answered/).waitFor();
    expect(await page.getByRole('textbox', { name: 'Badge text' }).inputValue()).toBe(
      'Answered by the stand-in',
    );
    expect(await page.getByRole('button', { name: 'Publish…' }).isDisabled()).toBe(true);

    await meanwhile.getByRole('radio', { name: /^Mine/ }).check();
    await meanwhile.getByRole('button', { name: 'Go on with this' }).click();
    await publish(page, 'Our own words for the badge');
    await other.getByText('Our own words for the badge').waitFor();
    await other.close();
  });

  test('a shortcut asks before it leaves a draft', async () => {
    await open('/flows/help-desk/edit');
    await page.getByRole('textbox', { name: 'Badge text' }).fill('Not saved yet');
    const questions: string[] = [];
    page.once('dialog', (dialog) => {
      questions.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('textbox', { name: 'Badge text' }).blur();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await expect.poll(() => questions.length).toBe(1);
    expect(new URL(page.url()).pathname).toBe('/flows/help-desk/edit');
    expect(await page.getByRole('textbox', { name: 'Badge text' }).inputValue()).toBe('Not saved yet');
    await page.getByRole('button', { name: 'Discard changes' }).click();
  });
});

describe('when the control process falls silent', () => {
  test('the page says so within 20 s, and is live again once it speaks', async () => {
    await open('/');
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    const pid = product.pidOf('control-main');
    if (pid === null) throw new Error('There is no control process.');
    process.kill(pid, 'SIGSTOP');
    try {
      await page.getByText(/^As of \d\d:\d\d:\d\d/).waitFor({ timeout: 20_000 });
      await page
        .getByText(/Last known/)
        .first()
        .waitFor();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await page.getByText(/^As of \d\d:\d\d:\d\d/).waitFor({ state: 'hidden', timeout: 20_000 });
    await page.getByRole('button', { name: /^Live/ }).waitFor();
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
