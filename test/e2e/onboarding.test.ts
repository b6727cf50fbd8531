import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '#lib/simulator/simulator.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { chunk, FakeUpstream, ROLE, STOP } from '#test/support/fake-upstream.ts';
import { OWN_VENDOR, startOwnVendor } from '#test/support/own-vendor.ts';
import { eventually, Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** From nothing to a flow that answers, and on through the life of its provider; each test goes on where the last one stopped. */
const TARGET = 'llama-3-3-70b-versatile';
let product: Product;
let vendor: Simulator;
let browser: Browser;
let page: Page;
let complaints: string[];
/** Of the gateway, as the page showed it once. */
let apiKey: string;

beforeAll(async () => {
  vendor = await startOwnVendor();
  vendor.acceptKeys(OWN_VENDOR, ['gsk_first']);
  product = await Product.start({ env: { SWITCHYARD_DEMO: 'off' } });
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
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

const open = (path: string) => page.goto(`${product.dashboardUrl}${path}`);
const dialog = () => page.getByRole('dialog');
const keyField = () => page.getByRole('textbox', { name: 'Key', exact: true });

/** Asks a flow through the gateway. */
function call(flow: string, more: object = {}): Promise<Response> {
  return fetch(`${product.gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: flow, messages: [{ role: 'user', content: 'Hello' }], ...more }),
  });
}

/** Calls without a pause, four at a time, until it is stopped; the statuses of all of them. */
function startLoad(): { count: () => number; stop: () => Promise<number[]> } {
  const statuses: number[] = [];
  let on = true;
  const lanes = Array.from({ length: 4 }, async () => {
    while (on) {
      const answer = await call('assistant');
      await answer.text();
      statuses.push(answer.status);
    }
  });
  return {
    count: () => statuses.length,
    stop: async () => {
      on = false;
      await Promise.all(lanes);
      return statuses;
    },
  };
}

async function moreCalls(load: { count: () => number }, more: number): Promise<void> {
  const from = load.count();
  await eventually(`${more} more calls`, async () => load.count() >= from + more);
}

describe('a new provider', () => {
  test('begins on the empty overview, and a wrong key says so beside the key', async () => {
    await page.getByRole('link', { name: 'Add a provider' }).click();
    await page.getByText('Groq', { exact: true }).click();
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByText('Paste the key, or name the variable that holds it.').waitFor();
    await keyField().fill('gsk_wrong');
    await page.getByLabel('Base URL').fill(`${vendor.endpoints[0]?.url}/openai/v1`);
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByText(/The provider said: “Incorrect API key provided/).waitFor();
    const described = (await keyField().getAttribute('aria-describedby'))?.split(' ').filter(Boolean) ?? [];
    const beside = await Promise.all(
      described.map((id) => page.locator(`[id="${id}"]`).textContent({ timeout: 1000 })),
    );
    expect(beside.join(' ')).toContain('refused the key (401)');
    expect(await keyField().getAttribute('aria-invalid')).toBe('true');
    expect((await product.must<{ items: unknown[] }>('GET', '/api/v1/providers')).items).toEqual([]);
  });

  test('lists its models once the key is good, and becomes targets and a flow in one step', async () => {
    await keyField().fill('gsk_first');
    await page.getByRole('button', { name: 'Test and list the models' }).click();
    await page.getByText(/the key is good, and it may call 1 model/).waitFor();
    await page.getByRole('checkbox', { name: 'llama-3.3-70b-versatile' }).check();
    await page.getByRole('button', { name: 'Ask it a tiny question' }).click();
    await page.getByText(/It answered in/).waitFor();
    await page.getByRole('button', { name: 'Add the provider, 1 target and the flow' }).click();
    await page.getByRole('heading', { name: 'Groq is set up' }).waitFor();
    const target = await product.must('GET', `/api/v1/targets/${TARGET}`);
    expect(target).toMatchObject({ provider: 'groq', modelFamily: 'llama-3.3-70b', flows: ['assistant'] });
  });

  test('is called with the lines that the page shows', async () => {
    await page.getByRole('button', { name: 'Create an API key for it' }).click();
    await page.getByText('Copy it now.').waitFor();
    const lines = (await page.locator('pre', { hasText: 'curl' }).textContent()) ?? '';
    apiKey = /Bearer (sy_[\w-]+)/.exec(lines)?.[1] ?? '';
    expect(lines).toContain(`${product.gatewayUrl}/v1/chat/completions`);
    expect(lines).toContain('"model": "assistant"');
    const answer = await call('assistant');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-switchyard-served-by')).toBe('groq/global/llama-3.3-70b-versatile');
    await answer.text();
  });

  test('answers in the playground', async () => {
    await page.getByRole('link', { name: 'Ask it something' }).click();
    await page.getByRole('textbox', { name: 'Your message' }).fill('Where is my parcel?');
    await page.getByRole('button', { name: 'Send' }).click();
    const turn = page.getByRole('article').filter({ hasText: 'Where is my parcel?' }).last();
    await turn.getByText('Total').waitFor();
    await turn.getByText(TARGET, { exact: true }).first().waitFor();
  });
});

describe('its key', () => {
  test('is not replaced by one that the vendor refuses', async () => {
    await open('/providers/groq');
    await page.getByRole('button', { name: 'Rotate key', exact: true }).click();
    await keyField().fill('gsk_typo');
    await dialog().getByRole('button', { name: 'Rotate the key' }).click();
    await dialog()
      .getByText(/refused the key \(401\).*Nothing was changed/)
      .waitFor();
    expect((await call('assistant')).status).toBe(200);
  });

  test('is rotated under load without a failed request', async () => {
    const load = startLoad();
    vendor.acceptKeys(OWN_VENDOR, ['gsk_first', 'gsk_second']);
    await keyField().fill('gsk_second');
    await dialog().getByRole('button', { name: 'Rotate the key' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText(/New key in use; the old one stands by until/).waitFor();
    await moreCalls(load, 40);
    vendor.acceptKeys(OWN_VENDOR, ['gsk_second']);
    await moreCalls(load, 40);
    await page.getByRole('button', { name: 'End the overlap of Groq now' }).click();
    await page.getByText(/the old one stands by/).waitFor({ state: 'hidden' });
    await moreCalls(load, 40);
    const statuses = await load.stop();
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  test('falls back to the one before while the new one is refused, which the page says', async () => {
    await page.getByRole('button', { name: 'Rotate key', exact: true }).click();
    await keyField().fill('gsk_early');
    await dialog().getByRole('checkbox', { name: 'Test it first' }).uncheck();
    await dialog().getByRole('button', { name: 'Rotate the key' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect((await call('assistant')).status).toBe(200);
    await page
      .getByText(/The new key is refused; the old one is used until/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Go back to the old key of Groq' }).click();
    await page.getByText(/The new key is refused/).waitFor({ state: 'hidden' });
    expect((await call('assistant')).status).toBe(200);
  });
});

describe('its target', () => {
  test('is given prices, which take both or neither', async () => {
    await open(`/targets/${TARGET}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const prices = dialog().getByRole('group', { name: 'Prices' });
    await prices.getByLabel('Input').fill('0.59');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await prices.getByText('Both prices, or neither.').waitFor();
    await prices.getByLabel('Output').fill('0.79');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText('$0.59 in, $0.79 out per million tokens').waitFor();
    expect(await product.must('GET', `/api/v1/targets/${TARGET}`)).toMatchObject({
      prices: { input: 0.59, output: 0.79 },
    });
  });

  test('is tested by a call that its breaker counts', async () => {
    await page.getByRole('button', { name: 'Test call' }).click();
    await page.getByText(/It answered in .* It is in the breaker’s counts\./).waitFor();
  });
});

describe('draining', () => {
  const release = Promise.withResolvers<void>();
  let slow: FakeUpstream;

  beforeAll(async () => {
    slow = await FakeUpstream.start(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(ROLE + chunk({ content: 'It is ' }));
      await release.promise;
      response.end(`${chunk({ content: 'on its way.' })}${STOP}data: [DONE]\n\n`);
    });
    await product.must('POST', '/api/v1/onboarding', {
      provider: {
        slug: 'slow',
        name: 'Slow',
        kind: 'openai-compatible',
        endpoints: [{ slug: 'global', baseUrl: `${slow.origin}/v1` }],
      },
      targets: [{ slug: 'slow-model', endpoint: 'global', model: 'slow-model' }],
      flow: { slug: 'slow', name: 'Slow', chain: ['slow-model'] },
    });
  });

  afterAll(async () => {
    release.resolve();
    await slow.close();
  });

  test('lets the call under way finish, and takes no new one until it is resumed', async () => {
    await open('/targets/slow-model');
    const running = await call('slow', { stream: true });
    await page.getByRole('button', { name: 'Drain', exact: true }).click();
    await dialog()
      .getByText(/^It carries 1 call now/)
      .waitFor();
    await dialog()
      .getByText(/slow .*is left without a target/)
      .waitFor();
    await dialog().getByRole('textbox', { name: 'Reason' }).fill('The vendor announced maintenance');
    await dialog().getByRole('button', { name: 'Drain', exact: true }).click();
    await dialog().getByText('Confirm that these flows will have no target.').waitFor();
    await dialog()
      .getByRole('checkbox', { name: /I understand/ })
      .check();
    await dialog().getByRole('button', { name: 'Drain', exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText('Draining · 1 in flight').waitFor();
    expect((await call('slow')).status).toBe(503);

    release.resolve();
    expect(await running.text()).toContain('on its way.');
    await page.getByText('Drained', { exact: true }).waitFor();
    expect(slow.calls.length).toBe(1);

    await page.getByRole('button', { name: /^Your recent actions/ }).click();
    await page.getByRole('button', { name: 'Resume it' }).click();
    await page.getByText('Closed', { exact: true }).first().waitFor();
    const answer = await call('slow', { stream: true });
    expect(await answer.text()).toContain('on its way.');
  });

  test('nothing complained on the way but the refused saves', () => {
    expect(complaints.filter((text) => !text.includes('the server responded with a status of 4'))).toEqual(
      [],
    );
  });
});
