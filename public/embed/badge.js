// <answered-by-badge>: tells a product's users that a backup model answered. See docs/badge.md.

/** Its own words by language: ask again, details, answered by, request. */
const WORDS = {
  en: 'Ask again|Details|Answered by|Request',
  ar: 'اسأل مجددًا|التفاصيل|أجاب|الطلب',
  de: 'Erneut fragen|Details|Beantwortet von|Anfrage',
  es: 'Preguntar de nuevo|Detalles|Respondido por|Solicitud',
  fr: 'Redemander|Détails|Réponse de|Requête',
  he: 'לשאול שוב|פרטים|נענה על ידי|בקשה',
  hi: 'फिर से पूछें|विवरण|उत्तर देने वाला|अनुरोध',
  it: 'Chiedi di nuovo|Dettagli|Risposta di|Richiesta',
  ja: 'もう一度質問する|詳細|回答したモデル|リクエスト',
  ko: '다시 질문하기|자세히|답변한 모델|요청',
  nl: 'Opnieuw vragen|Details|Beantwoord door|Verzoek',
  pl: 'Zapytaj ponownie|Szczegóły|Odpowiedź od|Żądanie',
  pt: 'Perguntar de novo|Detalhes|Respondido por|Pedido',
  ru: 'Спросить снова|Подробности|Ответила модель|Запрос',
  sv: 'Fråga igen|Detaljer|Besvarat av|Begäran',
  tr: 'Yeniden sor|Ayrıntılar|Yanıtlayan|İstek',
  uk: 'Запитати знову|Докладніше|Відповіла модель|Запит',
  zh: '重新提问|详情|回答模型|请求',
  'zh-hant': '重新提問|詳細資訊|回答模型|請求',
};

const STYLE = `
:host { display: block; }
:host([hidden]), :host([hide-button]) button, :host(:not([details])) details { display: none; }
[part=badge]:not(.on) :is(svg, button, details) { display: none; }
.on {
  display: inline-block; box-sizing: border-box; max-width: 100%; padding: 6px 12px;
  border: 1px solid var(--answered-by-border, light-dark(#9a7420, #a5813a));
  border-radius: var(--answered-by-radius, 8px);
  background: var(--answered-by-background, light-dark(#fdf5e0, #2a2312));
  color: var(--answered-by-color, light-dark(#33290d, #f3e8cd));
  font-size: var(--answered-by-font-size, 0.875em); line-height: 1.4; white-space: normal;
}
.on div { display: flex; align-items: center; gap: 6px 12px; }
.on > div { flex-wrap: wrap; }
svg { flex: none; width: 1.25em; fill: none; stroke: currentColor; stroke-width: 2; }
span { min-width: 0; font-weight: 600; overflow-wrap: anywhere; }
button {
  min-height: 28px; padding: 3px 10px; border: 1px solid; border-radius: 6px;
  background: none; color: inherit; font: inherit; cursor: pointer;
}
button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
summary { width: fit-content; min-height: 24px; margin-top: 4px; cursor: pointer; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; user-select: all; }
`;
const ICON = { part: 'icon', viewBox: '0 0 24 20', 'aria-hidden': 'true' };
const ARROWS = { d: 'M7 4 3 8l4 4M3 8h18M17 12l4 4-4 4M21 16H3' };
let sheet;

/** What there is to show, or null. The body's object counts before the headers. */
export function badgeFacts(switchyard, headers) {
  const facts = switchyard ? ofObject(switchyard) : headers ? ofHeaders(headers) : null;
  return facts?.text ? facts : null;
}

function ofObject({ badge, badgeLanguage, servedBy, flow, requestId }) {
  return { text: badge, language: badgeLanguage || 'en', model: servedBy?.model, flow, requestId };
}

function ofHeaders(headers) {
  const lowerCase = () => Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const list = typeof headers.get === 'function' ? headers : new Map(lowerCase());
  const read = (name) => list.get(`x-switchyard-${name}`) ?? undefined;
  return {
    text: decoded(read('badge')),
    language: read('badge-language') || 'en',
    model: read('served-by')?.split('/').slice(2).join('/'),
    flow: read('flow'),
    requestId: read('request-id'),
  };
}

function decoded(text) {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The nearest language with words. */
function nearest(language) {
  let tag = language.toLowerCase().replace(/^zh-(tw|hk|mo)\b.*/, 'zh-hant');
  while (tag && !Object.hasOwn(WORDS, tag)) tag = tag.replace(/-?[^-]*$/, '');
  return tag || 'en';
}

function make(tag, attributes = {}, ...children) {
  const space = /svg|path/.test(tag) ? '2000/svg' : '1999/xhtml';
  const node = document.createElementNS(`http://www.w3.org/${space}`, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// On a server there is no HTMLElement.
export class AnsweredByBadge extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['text'];
  #given = { switchyard: null, headers: null, text: null };
  #facts = null;
  #ready = false;
  #text = make('span', { part: 'text', role: 'status', id: 'text', dir: 'auto' });
  #button = make('button', { part: 'button', type: 'button', 'aria-describedby': 'text' });
  #summary = make('summary', { part: 'summary' });
  #list = make('dl');
  #badge = make(
    'div',
    { part: 'badge' },
    make('div', {}, make('div', {}, make('svg', ICON, make('path', ARROWS)), this.#text), this.#button),
    make('details', { part: 'details' }, this.#summary, this.#list),
  );

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    root.adoptedStyleSheets = [sheet];
    root.append(this.#badge);
    this.#button.onclick = () => {
      const { requestId = null, flow = null } = this.#facts;
      const init = { bubbles: true, composed: true, cancelable: true, detail: { requestId, flow } };
      this.dispatchEvent(new CustomEvent('ask-again', init));
    };
  }

  static {
    for (const name of ['switchyard', 'headers', 'text']) {
      Object.defineProperty(AnsweredByBadge.prototype, name, {
        get() {
          return this.#given[name];
        },
        set(value) {
          this.#given[name] = value ?? null;
          this.#render();
        },
      });
    }
  }

  connectedCallback() {
    // What was set before this file had come hides the accessors.
    for (const name of Object.keys(this.#given)) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    // Screen readers announce changes in a region that they know, so it begins empty.
    setTimeout(() => {
      this.#ready = true;
      this.#render();
    }, 50);
  }

  attributeChangedCallback(_name, _before, text) {
    this.text = text;
  }

  #render() {
    if (!this.#ready) return;
    const { switchyard, headers, text: own } = this.#given;
    const facts = badgeFacts(switchyard, headers);
    this.#facts = facts;
    this.#badge.classList.toggle('on', facts !== null);
    // One's own text is in the language of the page around it.
    const around = this.closest('[lang]')?.lang || document.documentElement.lang;
    const language = own ? around : facts?.language;
    const text = facts ? own || facts.text : '';
    const tag = nearest(language ?? '');
    const [again, more, answeredBy, request] = WORDS[tag].split('|');
    this.#text.lang = language ?? '';
    this.#badge.lang = tag;
    // Written to again, the region would speak again.
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#button.textContent = again;
    this.#summary.textContent = more;
    const rows = [answeredBy, facts?.model, 'Flow', facts?.flow, request, facts?.requestId];
    this.#list.replaceChildren(...rows.map((text, at) => make(at % 2 ? 'dd' : 'dt', {}, text ?? '–')));
  }
}

if (globalThis.customElements && !customElements.get('answered-by-badge')) {
  customElements.define('answered-by-badge', AnsweredByBadge);
}
