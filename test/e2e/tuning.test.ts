import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '#test/support/browser.ts';
import { eventually, Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** What an operator asks, tunes and looks up on a calm day, in the browser. */
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
const panel = (name: RegExp) => page.getByRole('region', { name });
const step = (label: RegExp) =>
  page
    .getByRole('list', { name: 'The chain for this request, in order' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: label }) });

/** From the editor: reviews the draft, says why, and waits until it is in force. */
async function publish(reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Publish…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await dialog.getByRole('button', { name: /^Publish version/ }).click();
  await page.waitForURL((url) => url.pathname === '/flows/support-chat');
}

describe('what would happen', () => {
  test('now: the primary is called first and the others stand by', async () => {
    await open('/flows/support-chat');
    await panel(/^What would happen now/)
      .getByText('gpt-4o-us answers.')
      .waitFor();
    await step(/us-east/)
      .getByText('called first')
      .waitFor();
    await step(/Groq/).getByText('stands by').waitFor();
  });

  test('if its region were down: the same model elsewhere, and why', async () => {
    await page
      .getByRole('combobox', { name: 'What if these are down' })
      .or(page.getByRole('textbox', { name: 'What if these are down' }))
      .click();
    await page.getByRole('option', { name: 'openai-sim.us-east' }).click();
    await page.keyboard.press('Escape');
    await step(/us-east/)
      .getByText('passed over')
      .waitFor();
    await step(/us-east/)
      .getByText(/Assumed for this question/)
      .waitFor();
    await step(/eu-west/)
      .getByText('called first')
      .waitFor();
    await panel(/^What would happen then/)
      .getByText(/the same model, so nothing is marked/)
      .waitFor();
  });

  test('to a request that must not be answered by a backup model, from the link alone', async () => {
    const url = new URL(page.url());
    url.searchParams.set('stakes', 'high');
    url.searchParams.set('down', 'endpoint:openai-sim.us-east,endpoint:openai-sim.eu-west');
    const guest = await context.newPage();
    await guest.goto(url.toString());
    const answer = guest.getByRole('region', { name: /^What would happen then/ });
    await answer
      .getByText(/For a high-stakes request, if endpoint openai-sim.us-east and endpoint/)
      .waitFor();
    await answer.getByText(/called as a last resort/).waitFor();
    await answer
      .getByText(/is a backup model, and the flow does not serve one/)
      .first()
      .waitFor();
    await guest.getByRole('button', { name: 'Ask about now' }).click();
    await guest
      .getByRole('region', { name: /^What would happen now/ })
      .getByText('gpt-4o-us answers.')
      .waitFor();
    await expect.poll(() => new URL(guest.url()).search).not.toContain('down');
    await guest.close();
  });

  test('asking changed nothing', async () => {
    const { items } = await product.must<{ items: { action: string }[] }>('GET', '/api/v1/audit?limit=5');
    expect(items.filter(({ action }) => action.startsWith('flow') || action.startsWith('breaker'))).toEqual(
      [],
    );
  });
});

describe('prompt rules of one target', () => {
  test('that cannot be are refused beside their field', async () => {
    await open('/flows/support-chat/edit');
    await page.getByRole('button', { name: /^Prompt rules for claude-sonnet/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('After the system prompt').fill('Answer in at most five sentences.');
    await dialog.getByRole('button', { name: 'Add a parameter' }).click();
    await dialog.getByRole('textbox', { name: 'Parameter 1' }).fill('temperature');
    await dialog.getByRole('textbox', { name: 'Value 1' }).fill('warm');
    await dialog.getByRole('button', { name: 'Put into the chain' }).click();
    await dialog.getByText(/Write it as JSON/).waitFor();
    await dialog.getByRole('textbox', { name: 'Value 1' }).fill('0.2');
    await dialog.getByRole('button', { name: 'Put into the chain' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('are shown in the chain, told before they are saved, and then in force', async () => {
    await page
      .getByTestId('chain-claude-sonnet')
      .getByText('Prompt rules: system prompt; sets temperature')
      .waitFor();
    await page.getByText(/gets a changed prompt: system prompt; sets temperature\./).waitFor();
    await publish('Answers there were too long');
    const flow = await product.must<{ chain: { target: string; adapter: unknown }[] }>(
      'GET',
      '/api/v1/flows/support-chat',
    );
    expect(flow.chain.find(({ target }) => target === 'claude-sonnet')?.adapter).toEqual({
      systemSuffix: 'Answer in at most five sentences.',
      set: { temperature: 0.2 },
    });
  });
});

describe('a policy', () => {
  test('is given hedging with what it costs, and keeps its other parts', async () => {
    await open('/flows/support-chat/edit');
    await panel(/^Hedging/)
      .getByRole('switch', { name: 'Hedge late answers' })
      .click();
    await panel(/^Hedging/)
      .getByText(/up to 5 % more calls/)
      .waitFor();
    await publish('First tokens are late at noon');
    const { policy } = await product.must<{ policy: object }>('GET', '/api/v1/flows/support-chat');
    expect(policy).toMatchObject({
      hedge: { on: true, minDelaySeconds: 0.8, share: 0.05 },
      badge: { on: true },
      midStream: 'resume',
    });
  });
});

describe('a flow that is not ready for an outage', () => {
  const item = (title: string) =>
    panel(/^Ready for an outage/)
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: title }) });

  test('is named on the overview, with why', async () => {
    await open('/');
    const attention = panel(/^Needs attention/);
    await attention.getByText(/gpt-4o-us is a backup model, which quality mode never serves/).waitFor();
    await attention.getByRole('link', { name: 'contract-review' }).click();
    await page.waitForURL((url) => url.pathname === '/flows/contract-review');
    await item('There is a backup').getByText('Missing').waitFor();
    const fix = item('There is a backup').getByRole('link', { name: 'Edit the chain' });
    expect(await fix.getAttribute('href')).toBe('/flows/contract-review/edit');
  });

  test('may lack something on purpose, once it says why', async () => {
    const vendor = item('A backup is at another vendor');
    await vendor.getByRole('button', { name: /^On purpose/ }).click();
    await page.keyboard.type('Only Claude may read contracts.');
    await vendor.getByRole('button', { name: 'Save the reason' }).click();
    await vendor.getByText('Deliberate').waitFor();
    await vendor.getByText('Only Claude may read contracts.').waitFor();
    await panel(/^Ready for an outage/)
      .getByText('1 of 6 missing')
      .waitFor();
  });

  test('is judged by how long its callers wait', async () => {
    const limits = item('Limits are shorter than what callers wait');
    await limits.getByLabel('Callers wait, seconds').fill('45');
    await limits.getByRole('button', { name: 'Save' }).click();
    await limits.getByText(/A request may take 60 s, and callers wait 45 s/).waitFor();
    await limits.getByText('Missing').waitFor();
    const { items } = await product.must<{ items: { id: string; state: string }[] }>(
      'GET',
      '/api/v1/flows/contract-review/readiness',
    );
    expect(items.flatMap(({ id, state }) => (state === 'ok' ? [] : [`${id} ${state}`]))).toEqual([
      'backup missing',
      'other_vendor excepted',
      'timeouts missing',
    ]);
  });
});

describe('a target in metrics-only mode', () => {
  test('goes on being called while its breaker says what it would do', async () => {
    await open('/targets/llama-70b');
    await page.getByRole('button', { name: 'Edit' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('switch', { name: 'Metrics only' }).click();
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.waitFor({ state: 'hidden' });
    await page.getByText('Closed · metrics only').waitFor();
    await product.must('POST', '/api/v1/simulator/faults', { provider: 'groq-sim', fault: 'server_error' });
    await product.must('PUT', '/api/v1/breakers/provider/openai-sim/override', {
      kind: 'forced_open',
      reason: 'Its flows go to llama-70b',
    });
    await page.getByText('Closed · would be open').first().waitFor({ timeout: 60_000 });
    await page.getByText(/it would have opened 1 time/).waitFor();
    await eventually('calls that would have been turned away are counted', async () => {
      const view = await product.must<{ shadow: { rejected: number } | null }>(
        'GET',
        '/api/v1/breakers/target/llama-70b',
      );
      return (view.shadow?.rejected ?? 0) > 0;
    });
    await product.must('DELETE', '/api/v1/breakers/provider/openai-sim/override');
    await product.must('DELETE', '/api/v1/simulator/faults');
  });
});

describe('the classes of failure', () => {
  test('are reached from a failure in a trail, at its own entry, with the provider’s own words', async () => {
    const { items } = await product.must<{
      items: { id: string; attempts: { outcome: string }[] }[];
    }>('GET', '/api/v1/requests?target=llama-70b&limit=200');
    const failed = items.find(({ attempts }) => attempts.some(({ outcome }) => outcome === 'server_error'));
    await open(`/activity/requests/${failed?.id}`);
    await page.getByRole('link', { name: 'Server error' }).first().click();
    await page.waitForURL((url) => url.pathname === '/activity/classes' && url.hash === '#server_error');
    const entry = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: 'Server error' }) });
    await entry.getByText(/in this range/).waitFor();
    await entry.getByText(/llama-70b \d+/).waitFor();
    await entry.getByText(/The server had an error/).waitFor();
    await page.waitForFunction(() => {
      const top = document.getElementById('server_error')?.getBoundingClientRect().top ?? -1;
      return top >= 0 && top < 400;
    });
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
