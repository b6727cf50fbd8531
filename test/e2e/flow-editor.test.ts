import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** Draft, preview, publish, roll back: one flow, one page; each test goes on where the last one stopped. */
const FLOW = '/api/v1/flows/support-chat';
let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  complaints = complaintsOf(page);
  await setUp(page, product);
  // Backup models answer, so that the badge has something to say.
  await product.must('PUT', '/api/v1/breakers/provider/openai-sim/override', {
    kind: 'forced_open',
    reason: 'Backup models answer in these tests',
  });
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const open = (path: string) => page.goto(product.dashboardUrl + path);
const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (name: string) => page.getByRole('textbox', { name });
/** What follows in one case: "If all of OpenAI is down". */
const follows = (when: string): Locator =>
  page
    .getByRole('complementary', { name: 'What follows from the draft' })
    .locator('dl > div', { hasText: when });
const meanwhile = (title: RegExp) => page.getByRole('region', { name: title });
const flowNow = () => product.must<FlowView>('GET', FLOW);
const draftNow = () => product.must<FlowDraftAnswer>('GET', `${FLOW}/draft`);
const at = (version: number) => ({ 'if-match': `"${version}"` });

/** What somebody else saves meanwhile. */
async function saveElsewhere(policy: PolicyInput): Promise<void> {
  const [flow, { draft, version }] = await Promise.all([flowNow(), draftNow()]);
  const body = {
    chain: flow.chain.map(({ target, enabled }) => ({ target, enabled })),
    policy: { ...(draft?.policy ?? flow.policy), ...policy },
    basedOn: flow.publishedVersion,
  };
  await product.must('PUT', `${FLOW}/draft`, body, at(version));
}

async function publishElsewhere(policy: PolicyInput): Promise<void> {
  const { version } = await flowNow();
  await product.must('PATCH', FLOW, { policy, reason: 'Somebody else was faster' }, at(version));
}

/** Answers the next question of the browser itself, and says what was asked. */
function nextQuestion(answer: 'stay' | 'leave'): Promise<string> {
  return new Promise((resolve) => {
    page.once('dialog', (dialog) => {
      resolve(dialog.message());
      void (answer === 'leave' ? dialog.accept() : dialog.dismiss());
    });
  });
}

async function publish(reason: string): Promise<void> {
  await button('Publish…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await dialog.getByRole('button', { name: /^Publish version/ }).click();
  await page.waitForURL((url) => url.pathname === '/flows/support-chat');
}

/** What stands under the next answer to tell users who gave it. */
async function badgeOfNextAnswer(question: string): Promise<Locator> {
  await open('/playground?flow=support-chat');
  await field('Your message').fill(question);
  await button('Send').click();
  const turn = page.getByRole('article').filter({ hasText: question }).last();
  await turn.getByText('claude-sonnet', { exact: true }).first().waitFor();
  // It stands where "Stop" stood until the answer was complete.
  await button('Send').waitFor();
  return turn.getByTestId('answered-by-badge').getByText('Answered by backup model');
}

async function expectNoViolation(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`)).toEqual([]);
}

describe('a draft', () => {
  test('begins at what is in force, and what follows from a change is told in sentences and marked', async () => {
    await open('/flows/support-chat');
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit Support chat' }).waitFor();
    const dark = follows('If all of OpenAI is down');
    await dark
      .getByText(/claude-sonnet-4-5 \(Anthropic\) answers, with the badge “Answered by backup model”/)
      .waitFor();
    await page.getByRole('switch', { name: 'Tell users when a backup model answered' }).click();
    await dark.getByText(/answers, and users are not told/).waitFor();
    await dark.getByText('changes', { exact: true }).waitFor();
    await dark.getByText(/^Today: .*with the badge/).waitFor();
    expect(
      await follows('If region us-east of OpenAI is out').getByText('changes', { exact: true }).count(),
    ).toBe(0);
    await page.getByText('Badge: on becomes off.').waitFor();
  });

  test('is not lost by a link or by Back without a question', async () => {
    const asked = nextQuestion('stay');
    await page.getByRole('link', { name: 'Targets' }).first().click();
    expect(await asked).toContain('not saved');
    const back = nextQuestion('stay');
    await page.evaluate(() => window.history.back());
    expect(await back).toContain('not saved');
    expect(new URL(page.url()).pathname).toBe('/flows/support-chat/edit');
    await page.getByText('Badge: on becomes off.').waitFor();
  });

  test('that cannot be is refused beside its field, and cannot be saved', async () => {
    await field('First token, s').fill('300');
    await page.getByText(/firstTokenSeconds \(300\) is longer than totalSeconds/).waitFor();
    await field('Total, s').fill('');
    await page.getByText('Give a number.').waitFor();
    expect(await button('Save draft').isDisabled()).toBe(true);
    await field('Total, s').fill('60');
    await field('First token, s').fill('4');
    await follows('is slow')
      .getByText(/^4 s without a first token/)
      .waitFor();
  });

  test('is saved for everybody and is there again after a reload; nothing of it is in force', async () => {
    await button('Save draft').click();
    await page.getByText(/Draft saved by ada/).waitFor();
    await page.reload();
    await page.getByText('First token: 5 s becomes 4 s.').waitFor();
    await open('/flows');
    await page.getByRole('article', { name: 'Support chat' }).getByText('draft pending').waitFor();
    expect((await flowNow()).policy.badge.on).toBe(true);
  });
});

describe('the JSON of a draft', () => {
  const json = () => field('Chain and policy as JSON');

  test('says the same as the form, and what is changed there is in the form', async () => {
    await open('/flows/support-chat/edit?tab=json');
    const text = await json().inputValue();
    expect(JSON.parse(text).policy).toMatchObject({
      badge: { on: false },
      timeouts: { firstTokenSeconds: 4 },
    });
    await json().fill(text.replace('"firstTokenSeconds": 4', '"firstTokenSeconds": 3'));
    await page.getByRole('tab', { name: 'Form' }).click();
    expect(await field('First token, s').inputValue()).toBe('3');
  });

  test('that cannot be read says where, stays as it was typed, and locks the form until it is mended', async () => {
    await page.getByRole('tab', { name: 'JSON' }).click();
    const text = await json().inputValue();
    const broken = text.replace('"mode": "mixed",', '"mode": "mixed"');
    await json().fill(broken);
    await page.getByText(/Expected a comma or }, found “"”/).waitFor();
    await button(/^Line \d+, column 5$/).waitFor();
    await page.getByRole('tab', { name: 'Form' }).click();
    await page.getByText(/What you typed as JSON cannot be read yet/).waitFor();
    expect(await field('First token, s').isDisabled()).toBe(true);
    expect(await button('Publish…').isDisabled()).toBe(true);
    await button('Go on with the JSON').click();
    expect(await json().inputValue()).toBe(broken);
    await json().fill(text.replace('"mixed"', '"brave"'));
    await page.getByRole('list', { name: 'What is wrong in the JSON' }).getByText('policy.mode').waitFor();
    await json().fill(text);
    await page.getByRole('tab', { name: 'Form' }).click();
    expect(await field('First token, s').isDisabled()).toBe(false);
  });
});

describe('publishing', () => {
  test('shows what changes, exactly on demand, and asks why', async () => {
    await button('Publish…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('First token: 5 s becomes 3 s.').waitFor();
    await dialog.getByText('Exactly, as the API says it').click();
    await dialog.getByRole('row', { name: '/policy/badge/on true false' }).waitFor();
    await dialog.getByRole('button', { name: 'Publish version 2' }).click();
    await dialog.getByText(/at least 10 characters/i).waitFor();
    await dialog.getByRole('button', { name: 'Planned change' }).click();
    await expectNoViolation();
    await dialog.getByRole('button', { name: 'Publish version 2' }).click();
    await page.waitForURL((url) => url.pathname === '/flows/support-chat');
  });

  test('puts it in force: the version is listed with its reason, and the next answer has no badge', async () => {
    const newest = page.getByRole('list', { name: 'Versions, newest first' }).getByRole('listitem').first();
    await newest.getByText('Version 2', { exact: true }).waitFor();
    await newest.getByText('in force').waitFor();
    await newest.getByText('Planned change').waitFor();
    await newest.getByText('Badge: on becomes off.').waitFor();
    expect(await (await badgeOfNextAnswer('Where is my parcel?')).count()).toBe(0);
    expect((await draftNow()).draft).toBeNull();
  });

  test('is undone by one step back, with a reason, and the badge is there again', async () => {
    await open('/flows/support-chat');
    await button('Look at version 1').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Badge: off becomes on.').waitFor();
    await dialog.getByRole('tab', { name: 'Whole' }).click();
    await dialog.getByText('Retries on a target').waitFor();
    await expectNoViolation();
    await dialog.getByRole('button', { name: 'Roll back to it…' }).click();
    await dialog.getByText('First token: 3 s becomes 5 s.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Users want to know who answers');
    await dialog.getByRole('button', { name: 'Roll back to version 1' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('listitem').getByText('Users want to know who answers').waitFor();
    await (await badgeOfNextAnswer('And where is it now?')).waitFor();
  });

  test('can be weighed before: the recorded requests once more under the draft, on demand, until the draft changes', async () => {
    const quality = page.getByRole('radio', { name: 'Quality' });
    await open('/flows/support-chat/edit');
    await quality.check();
    const panel = page.getByRole('region', { name: 'What would have happened', exact: true });
    await panel.getByRole('button', { name: 'Run' }).click();
    // OpenAI is open in these tests, so backup models have answered; under this draft they may not.
    await panel.getByText(/^What is in force answers .*; the draft would have answered .* fewer/).waitFor();
    await panel.getByRole('row', { name: /^Refused .*\+\S+, worse$/ }).waitFor();
    await panel.getByText(/^What this rests on and cannot know \(\d+\)$/).waitFor();
    await expectNoViolation();
    await page.getByRole('radio', { name: 'Mixed' }).check();
    await panel.getByText('The draft has changed since: run it again.').waitFor();
  });

  test('can be undone from Recent actions', async () => {
    await open('/flows/support-chat/edit');
    await page.getByRole('radio', { name: 'Quality' }).check();
    await publish('Only the best model for a day');
    await button(/^Your recent actions/).click();
    await button('Undo').click();
    await page.getByText('Undone: Published version 4 of Support chat.').waitFor();
    expect((await flowNow()).policy.mode).toBe('mixed');
  });
});

describe('when two people edit one flow', () => {
  test('a newer draft is shown beside mine, field by field; what only one changed merges by itself', async () => {
    await open('/flows/support-chat/edit');
    await field('Badge text').fill('Mine answers');
    await saveElsewhere({ mode: 'quality', badge: { on: true, text: 'Theirs answers', language: 'en' } });
    const clash = meanwhile(/Another draft has been saved meanwhile/);
    await clash.getByText(/Saved by the automation token/).waitFor();
    await clash.getByText('Mode: mixed becomes quality.').waitFor();
    expect(await button('Save draft').isDisabled()).toBe(true);
    expect(await clash.getByRole('button', { name: 'Go on with this' }).isDisabled()).toBe(true);
    await clash.getByRole('radio', { name: 'Mine: “Mine answers”' }).check();
    await clash.getByRole('button', { name: 'Go on with this' }).click();
    await button('Save draft').click();
    await page.getByText(/Draft saved by ada/).waitFor();
    const { draft } = await draftNow();
    expect(draft?.policy).toMatchObject({ mode: 'quality', badge: { text: 'Mine answers' } });
  });

  test('a draft that another version has overtaken is not published before that is settled', async () => {
    await publishElsewhere({ degraded: { message: 'Back soon.' }, badge: { text: 'Published meanwhile' } });
    const clash = meanwhile(/has been published since this draft was made/);
    await clash.getByText('Refusal text: “Try again in a moment.” becomes “Back soon.”.').waitFor();
    expect(await button('Publish…').isDisabled()).toBe(true);
    await clash.getByRole('button', { name: 'All mine' }).click();
    await clash.getByRole('button', { name: 'Go on with this' }).click();
    await publish('Both of us agreed on this');
    const { policy } = await flowNow();
    expect(policy).toMatchObject({
      mode: 'quality',
      badge: { text: 'Mine answers' },
      degraded: { message: 'Back soon.' },
    });
  });

  test('a draft that is thrown away can be brought back', async () => {
    await open('/flows/support-chat/edit');
    await page.getByRole('radio', { name: 'Availability' }).check();
    await button('Save draft').click();
    await button('Throw the draft away').click();
    await page.getByText(/^No change against version/).waitFor();
    expect((await draftNow()).draft).toBeNull();
    await button(/^Your recent actions/).click();
    await button('Bring it back').click();
    await page.getByText('Mode: quality becomes availability.').waitFor();
  });

  test('nothing complained on the way', () => {
    // Refusals that these tests provoke are told by the browser as well.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
