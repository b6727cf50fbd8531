import { createServer, type Server } from 'node:http';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BADGE_TEXTS } from '#lib/contract/badge-texts.ts';
import type { PolicyPatch } from '#lib/contract/policy.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { Product } from '#test/support/product.ts';
import { complaintsOf, setUp } from '#test/support/sign-in.ts';

/** The badge as users meet it: in the playground, and in a page of somebody else's product. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const FLOW = '/api/v1/flows/support-chat';

let product: Product;
let browser: Browser;
let page: Page;
let shop: Server;
const complaints: string[] = [];

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  complaints.push(...complaintsOf(page));
  await setUp(page, product);
  const fault = { provider: 'openai-sim', model: 'gpt-4o', fault: 'server_error' };
  await product.must('POST', '/api/v1/simulator/faults', fault);
  shop = createServer(shopPage).listen(0, '127.0.0.1');
});

afterAll(async () => {
  await browser?.close();
  shop?.close();
  await product?.stop();
});

async function change(policy: PolicyPatch): Promise<void> {
  const { version } = await product.must<{ version: number }>('GET', FLOW);
  const reason = 'What users are told';
  await product.must('PATCH', FLOW, { policy, reason }, { 'if-match': `"${version}"` });
}

async function violations(of: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page: of }).withTags(TAGS).analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

describe('in the playground', () => {
  const turns = () => page.getByRole('article');

  async function ask(question: string): Promise<Locator> {
    await page.getByRole('textbox', { name: 'Your message' }).fill(question);
    await page.getByRole('button', { name: 'Send' }).click();
    const turn = turns().filter({ hasText: question }).last();
    await page.getByRole('button', { name: 'Send' }).waitFor();
    return turn;
  }

  test('a backup model’s answer carries it, in the flow’s language', async () => {
    await change({
      badge: { on: true, language: 'de', text: 'Vom Ersatzmodell beantwortet' },
      retry: { maxPerTarget: 0 },
    });
    await page.goto(`${product.dashboardUrl}/playground`);
    const turn = await ask('Where is my parcel?');
    const status = turn.getByRole('status');
    await status.getByText('Vom Ersatzmodell beantwortet').waitFor();
    expect(await status.getAttribute('lang')).toBe('de');
    await turn.getByRole('button', { name: 'Erneut fragen' }).waitFor();
  });

  test('the keyboard reaches its button, which asks the same again', async () => {
    const button = turns().first().getByRole('button', { name: 'Erneut fragen' });
    await page.getByRole('textbox', { name: 'Your message' }).focus();
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Shift+Tab');
      if (await button.evaluate((node) => node.matches(':focus-visible'))) break;
    }
    const [request] = await Promise.all([
      page.waitForRequest((each) => each.url().endsWith('/playground') && each.method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    expect(request.postDataJSON().messages).toEqual([{ role: 'user', content: 'Where is my parcel?' }]);
    await turns().nth(1).getByRole('status').getByText('Vom Ersatzmodell beantwortet').waitFor();
    expect(await turns().count()).toBe(2);
  });

  test.each(['light', 'dark'] as const)('it has no accessibility violation in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (scheme) => document.documentElement.dataset.mantineColorScheme === scheme,
      colorScheme,
    );
    expect(await violations(page)).toEqual([]);
  });

  test('switched off in the flow, the next answer has none', async () => {
    await change({ badge: { on: false } });
    const turn = await ask('And where is it now?');
    await turn.getByText('yes, because').waitFor();
    expect(await turn.getByRole('status').textContent()).toBe('');
    expect(await turn.getByRole('button', { name: 'Erneut fragen' }).count()).toBe(0);
  });

  test('its script is there for who is not signed in, and nothing complained', async () => {
    const script = await fetch(`${product.dashboardUrl}/embed/badge.js`);
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(await script.text()).toBe(await (await fetch(`${product.gatewayUrl}/embed/badge.js`)).text());
    expect(complaints).toEqual([]);
  });
});

/** A product's page: another origin, with a policy as strict as they come. */
function shopPage(
  _request: unknown,
  response: { setHeader: (k: string, v: string) => void; end: (b: string) => void },
) {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; script-src ${product.gatewayUrl}; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
  response.end(
    `<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Shop</title><main><h1>Shop</h1></main><script type="module" src="${product.gatewayUrl}/embed/badge.js"></script></html>`,
  );
}

const FACTS = {
  requestId: 'req_1',
  flow: 'support-chat',
  servedBy: { model: 'claude-sonnet' },
  badge: 'Vom Ersatzmodell beantwortet',
  badgeLanguage: 'de',
};

interface Given {
  switchyard?: object;
  headers?: Record<string, string>;
  text?: string;
  attributes?: readonly string[];
}

describe('in a page of another origin', () => {
  let guest: Page;

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    await guest?.context().close();
    guest = await (await browser.newContext(options)).newPage();
    const address = shop.address();
    await guest.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
    await guest.evaluate(() => customElements.whenDefined('answered-by-badge').then(() => undefined));
  }

  /** Puts a badge into the page, in place of the one before. */
  async function show({ attributes = [], headers, ...properties }: Given): Promise<Locator> {
    await guest.evaluate(
      ([given, names, record]) => {
        const badge = document.createElement('answered-by-badge');
        for (const name of names) badge.setAttribute(name, '');
        Object.assign(badge, given, record === null ? {} : { headers: new Headers(record) });
        document.querySelector('answered-by-badge')?.remove();
        document.querySelector('main')?.append(badge);
      },
      [properties, attributes, headers ?? null] as const,
    );
    return guest.locator('answered-by-badge');
  }

  beforeAll(() => open());
  afterAll(() => guest.context().close());

  test('it is drawn from the object of an answer, under the strictest of policies', async () => {
    const badge = await show({ switchyard: FACTS, attributes: ['details'] });
    await badge.getByRole('status').getByText(FACTS.badge).waitFor();
    await badge.getByText('Details').click();
    for (const fact of ['claude-sonnet', 'support-chat', 'req_1']) await badge.getByText(fact).waitFor();
    await badge.getByText('Beantwortet von').waitFor();
  });

  test('it is drawn from headers alone', async () => {
    const badge = await show({
      headers: {
        'x-switchyard-badge': encodeURIComponent('予備モデルによる回答'),
        'x-switchyard-badge-language': 'ja',
      },
    });
    await badge.getByRole('status').getByText('予備モデルによる回答').waitFor();
    await badge.getByRole('button', { name: 'もう一度質問する' }).waitFor();
  });

  test('it is drawn from what was set before its script had come', async () => {
    const early = await guest.context().newPage();
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await early.route('**/embed/badge.js', async (route) => {
      await held;
      await route.continue();
    });
    await early.goto(guest.url(), { waitUntil: 'commit' });
    await early.locator('main').waitFor();
    await early.evaluate((facts) => {
      const badge = document.createElement('answered-by-badge');
      Object.assign(badge, { switchyard: facts, text: 'Plan B' });
      document.querySelector('main')?.append(badge);
    }, FACTS);
    go();
    await early.getByRole('status').getByText('Plan B').waitFor();
    await early.close();
  });

  test.each<[string, Given]>([
    ['nothing is known', {}],
    ['the primary’s model answered', { switchyard: { ...FACTS, badge: undefined } }],
    ['the flow was refused gracefully', { switchyard: { requestId: 'r', servedBy: null, degraded: true } }],
    ['there is only a text of one’s own', { text: 'Plan B' }],
  ])('it takes no room where %s', async (_case, given) => {
    const badge = await show(given);
    await drawn();
    expect(await badge.evaluate((node) => node.getBoundingClientRect().height)).toBe(0);
    expect(await badge.getByRole('button').count()).toBe(0);
  });

  test('its button says which request and flow to the page, and can be hidden', async () => {
    const badge = await show({ switchyard: FACTS });
    const heard = guest.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('ask-again', (event) => {
            const { cancelable, composed } = event;
            resolve({ cancelable, composed, detail: event instanceof CustomEvent ? event.detail : null });
          });
        }),
    );
    await badge.getByRole('button', { name: 'Erneut fragen' }).click();
    expect(await heard).toEqual({
      cancelable: true,
      composed: true,
      detail: { requestId: 'req_1', flow: 'support-chat' },
    });
    const quiet = await show({ switchyard: FACTS, attributes: ['hide-button'] });
    await quiet.getByRole('status').getByText(FACTS.badge).waitFor();
    expect(await quiet.getByRole('button').count()).toBe(0);
  });

  test('it speaks once: into a region that was there before, and not again when the last chunk repeats it', async () => {
    const spoken = await guest.evaluate(async (facts) => {
      const badge = document.createElement('answered-by-badge');
      badge.switchyard = facts;
      document.querySelector('main')?.append(badge);
      const region = badge.shadowRoot?.querySelector('[role=status]');
      const said: string[] = [region?.textContent ?? 'no region'];
      await new Promise<void>((resolve) => {
        if (region?.textContent !== '') resolve();
        const observer = new MutationObserver(() => {
          said.push(region?.textContent ?? '');
          resolve();
        });
        if (region) observer.observe(region, { childList: true, characterData: true, subtree: true });
      });
      badge.switchyard = { ...facts, attempts: 3 };
      await new Promise((resolve) => requestAnimationFrame(resolve));
      badge.remove();
      return said;
    }, FACTS);
    expect(spoken).toEqual(['', FACTS.badge]);
  });

  test('what a text holds stays text', async () => {
    const text = '<img src=x onerror="document.title=1"> & <b>';
    const badge = await show({ switchyard: { ...FACTS, badge: text, flow: text }, attributes: ['details'] });
    await badge.getByRole('status').getByText(text).waitFor();
    expect(await badge.evaluate((node) => node.shadowRoot?.querySelector('img, b'))).toBeNull();
    expect(await guest.title()).toBe('Shop');
  });

  test('it has words of its own in every language that has a default text, and English ones elsewhere', async () => {
    const button = async (badgeLanguage: string) => {
      const badge = await show({ switchyard: { ...FACTS, badgeLanguage } });
      await badge.getByRole('button').waitFor();
      return badge.getByRole('button').textContent();
    };
    const words = new Map<string, string | null>();
    for (const language of Object.keys(BADGE_TEXTS)) words.set(language, await button(language));
    expect(words.get('en')).toBe('Ask again');
    expect(new Set(words.values()).size).toBe(words.size);
    expect(await button('de-AT')).toBe(words.get('de'));
    expect(await button('zh-TW')).toBe(words.get('zh-Hant'));
    expect(await button('fi')).toBe('Ask again');
  });

  test.each<[string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['forced colours', { forcedColors: 'active' }],
    ['320 px', { viewport: { width: 320, height: 640 } }],
  ])('it has no violation, room for a finger and no overflow: %s', async (_case, options) => {
    await open(options);
    const badge = await show({ switchyard: FACTS, attributes: ['details'] });
    await badge.getByText('Details').click();
    expect(await violations(guest)).toEqual([]);
    for (const target of [badge.getByRole('button'), badge.getByText('Details')]) {
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
    const overflow = await guest.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('from right to left the button stands at the left of the text', async () => {
    await open();
    await guest.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    const badge = await show({ switchyard: FACTS });
    const [text, button] = [badge.getByRole('status'), badge.getByRole('button')];
    await button.waitFor();
    expect((await button.boundingBox())?.x).toBeLessThan((await text.boundingBox())?.x ?? 0);
  });

  /** A badge that is shown is drawn after this one, so whatever could be has been. */
  async function drawn(): Promise<void> {
    await guest.evaluate(async (facts) => {
      const probe = document.createElement('answered-by-badge');
      probe.switchyard = facts;
      document.querySelector('main')?.append(probe);
      const status = () => probe.shadowRoot?.querySelector('[role=status]')?.textContent;
      while (status() === '') await new Promise((resolve) => requestAnimationFrame(resolve));
      probe.remove();
    }, FACTS);
  }
});
