import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '#test/support/browser.ts';
import { Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** What a newcomer does, in one browser, without ever reloading the overview: each test goes on where the last one stopped. */
let product: Product;
let browser: Browser;
/** The overview, opened once and then only watched. */
let overview: Page;
/** Where the person acts. */
let page: Page;
let complaints: string[];

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  overview = await context.newPage();
  complaints = complaintsOf(overview);
  await setUp(overview, product);
  page = await context.newPage();
  complaints.push(...complaintsOf(page));
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const tile = (target: string): Locator =>
  overview
    .getByRole('listitem')
    .filter({ has: overview.getByRole('link', { name: target, exact: true }) })
    .filter({ has: overview.getByRole('button', { name: `Actions for target ${target}` }) });

async function choose(field: string, option: string): Promise<void> {
  await overview
    .getByRole('combobox', { name: field })
    .or(overview.getByRole('textbox', { name: field }))
    .first()
    .click();
  await overview.getByRole('option', { name: option, exact: true }).click();
}

/** Breaks, from the overview's drawer, one model of the simulated OpenAI in one region. */
async function breakModel(region: string): Promise<void> {
  await overview.getByRole('button', { name: 'Break something' }).click();
  await choose('Vendor', 'OpenAI (simulated)');
  await choose('Region', region);
  await choose('Model', 'gpt-4o');
  await overview.getByRole('button', { name: 'Break it' }).click();
  await overview.getByRole('button', { name: new RegExp(`^Heal .*${region}`) }).waitFor();
  await overview.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
}

async function ask(question: string): Promise<Locator> {
  await page.getByRole('textbox', { name: 'Your message' }).fill(question);
  await page.getByRole('button', { name: 'Send' }).click();
  const turn = page.getByRole('article').filter({ hasText: question }).last();
  await turn.getByText('Total').waitFor();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  return turn;
}

describe('the story of a dead provider', () => {
  test('the overview opens with what is true: serving, everything closed', async () => {
    await overview.getByRole('heading', { name: /Serving\./ }).waitFor();
    await tile('gpt-4o-us').getByText('Closed').waitFor();
    await overview.getByText('Simulated', { exact: true }).first().waitFor();
  });

  test('the primary is broken, and its tile goes open without a reload', async () => {
    await breakModel('us-east');
    await tile('gpt-4o-us')
      .getByText(/^(Open|Probing)/)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  test('the model’s other region is broken too, and the playground is answered by a backup model, with the badge', async () => {
    await breakModel('eu-west');
    await tile('gpt-4o-eu')
      .getByText(/^(Open|Probing)/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.goto(`${product.dashboardUrl}/playground`);
    const turn = await ask('Where is my parcel?');
    await turn.getByTestId('answered-by-badge').getByText('Answered by backup model').waitFor();
    await turn.getByText('claude-sonnet', { exact: true }).first().waitFor();
  });

  test('high stakes are told to try again instead', async () => {
    await page.getByText('High', { exact: true }).click();
    const turn = await ask('May I take both pills?');
    await turn.getByRole('alert').getByText('Try again in a moment.').waitFor();
    await page.getByText('Default (low)').click();
  });

  test('a target is forced open with a reason, after its impact was shown', async () => {
    await page.goto(`${product.dashboardUrl}/targets/claude-sonnet`);
    await page.getByRole('button', { name: 'Force open' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('region', { name: 'What it would do' })
      .getByText(/contract-review/)
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Force open' }).click();
    await dialog
      .getByText(/at least 10 characters/i)
      .first()
      .waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Provider incident 4711');
    const understand = dialog.getByRole('checkbox', { name: /I understand/ });
    if (await understand.isVisible()) await understand.check();
    await dialog.getByRole('button', { name: 'Force open' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/FORCED OPEN/i)
      .first()
      .waitFor();
    await tile('claude-sonnet')
      .getByText(/FORCED OPEN/i)
      .waitFor();
    await overview
      .getByText(/1 override/)
      .first()
      .waitFor();
  });

  test('the override is cleared, and everyone sees it', async () => {
    await page.getByRole('button', { name: 'Clear override' }).click();
    await tile('claude-sonnet').getByText('Closed').waitFor();
  });

  test('the vendor is healed, and the breakers close by themselves', async () => {
    await overview.getByRole('button', { name: 'Break something' }).click();
    await overview.getByRole('button', { name: 'Heal all' }).click();
    await overview.getByText('Nothing is broken').waitFor();
    await overview.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await tile('gpt-4o-us').getByText('Closed').waitFor({ timeout: 120_000 });
  });

  test('the chain is reordered, and the next answer comes from the new primary', async () => {
    await page.goto(`${product.dashboardUrl}/flows/support-chat/edit`);
    const up = page.getByRole('button', { name: /^Move up claude-sonnet/ });
    await up.click();
    await up.click();
    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('claude-sonnet-4-5 (Anthropic) becomes the primary.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('The other model is cheaper now');
    await dialog.getByRole('button', { name: 'Publish version 2' }).click();
    await page.waitForURL((url) => url.pathname === '/flows/support-chat');
    await page.goto(`${product.dashboardUrl}/playground`);
    const turn = await ask('And where is it now?');
    await turn.getByText('claude-sonnet', { exact: true }).first().waitFor();
    expect(await turn.getByTestId('answered-by-badge').getByRole('status').textContent()).toBe('');
  });

  test('Activity has the whole story: transitions, actions and the requests behind them', async () => {
    await page.goto(`${product.dashboardUrl}/activity`);
    await page.getByText('Provider incident 4711').first().waitFor();
    await page
      .getByText(/5 calls in a row failed/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByText('claude-sonnet').first().waitFor();
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
