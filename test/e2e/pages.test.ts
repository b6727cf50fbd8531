import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigFlow } from '#lib/contract/config.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { eventually, Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

const PAGES = [
  '/',
  '/targets',
  '/targets/gpt-4o-us',
  '/flows',
  '/flows/support-chat',
  '/flows/support-chat/edit',
  '/flows/support-chat/edit?tab=json',
  '/flows/contract-review/edit',
  '/activity',
  '/activity?tab=requests',
  '/activity/classes?range=24h',
  '/playground',
  '/settings',
  '/add-provider',
  '/providers/openai-sim',
];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let product: Product;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const first = await context.newPage();
  await setUp(first, product);
  await first.close();
  // Something abnormal to show: an open breaker, an override and a cooldown.
  await product.must('POST', '/api/v1/simulator/faults', {
    provider: 'openai-sim',
    model: 'gpt-4o',
    fault: 'server_error',
  });
  await product.must('PUT', '/api/v1/breakers/target/llama-70b/override', {
    kind: 'forced_open',
    reason: 'Maintenance window of the vendor',
  });
  // A draft that waits to be published, and one that another version has overtaken.
  for (const slug of ['support-chat', 'contract-review']) {
    const { chain, policy } = await product.must<ConfigFlow>('GET', `/api/v1/flows/${slug}`);
    const entries = chain.map(({ target }) => ({ target })).toReversed();
    const draft = { chain: entries, policy: { ...policy, mode: 'quality' }, basedOn: 1 };
    await product.must('PUT', `/api/v1/flows/${slug}/draft`, draft, { 'if-match': '"0"' });
  }
  const { version } = await product.must<{ version: number }>('GET', '/api/v1/flows/contract-review');
  await product.must(
    'PATCH',
    '/api/v1/flows/contract-review',
    { policy: { mode: 'mixed' }, reason: 'Somebody else was faster' },
    { 'if-match': `"${version}"` },
  );
  await eventually(
    'the primary’s breaker is open',
    async () => {
      const view = await product.must<{ state: string }>('GET', '/api/v1/breakers/target/gpt-4o-us');
      return view.state !== 'closed';
    },
    60_000,
  );
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Live, and nothing is still a skeleton. */
async function loaded(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
}

/** Each page is opened once, and looked at in both schemes and at both narrow widths. */
describe.each(PAGES)('%s', (path) => {
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.goto(product.dashboardUrl + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await loaded(page);
  });

  afterAll(async () => {
    await page.close();
  });

  test.each(['light', 'dark'] as const)('has no accessibility violation in %s', async (colorScheme) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (scheme) => document.documentElement.dataset.mantineColorScheme === scheme,
      colorScheme,
    );
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
    ).toEqual([]);
  });

  test.each([360, 320])('fits %i px without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 740 });
    await page.waitForFunction((expected) => window.innerWidth === expected, width);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('has a quiet console', () => {
    expect(complaints).toEqual([]);
  });
});

describe('without a session', () => {
  test.each(['/', '/flows/support-chat', '/settings'])(
    '%s leads to the sign-in page, which has no violation',
    async (path) => {
      const stranger = await browser.newContext();
      const page = await stranger.newPage();
      await page.goto(product.dashboardUrl + path);
      await page.waitForURL((url) => url.pathname === '/sign-in');
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      await stranger.close();
    },
  );

  test('the used one-time link makes no second administrator', async () => {
    const link = /http\S+\/setup\?token=\S+/.exec(product.announcement)?.[0] ?? '';
    const answer = await fetch(`${product.dashboardUrl}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: product.dashboardUrl },
      body: JSON.stringify({
        token: new URL(link).searchParams.get('token'),
        name: 'Eve',
        email: 'eve@example.com',
        password: 'another password',
      }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const body = await answer.json();
    expect(body.error.message).toBeTruthy();
  });

  test.each(['/api/v1/config', '/api/v1/requests', '/api/live', '/api/openapi.json'])(
    '%s is refused',
    async (path) => {
      expect((await fetch(product.dashboardUrl + path)).status).toBe(401);
    },
  );
});
