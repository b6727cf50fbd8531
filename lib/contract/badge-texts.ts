/** The default badge text in each language that has one. */
export const BADGE_TEXTS: Readonly<Record<string, string>> = {
  en: 'Answered by backup model',
  ar: 'أجاب نموذج احتياطي',
  de: 'Vom Ersatzmodell beantwortet',
  es: 'Respondido por un modelo de respaldo',
  fr: 'Réponse d’un modèle de secours',
  he: 'נענה על ידי מודל גיבוי',
  hi: 'बैकअप मॉडल ने उत्तर दिया',
  it: 'Risposta di un modello di riserva',
  ja: '予備モデルによる回答',
  ko: '예비 모델의 답변',
  nl: 'Beantwoord door een reservemodel',
  pl: 'Odpowiedź modelu zapasowego',
  pt: 'Respondido por um modelo de reserva',
  ru: 'Ответила резервная модель',
  sv: 'Besvarat av en reservmodell',
  tr: 'Yedek model yanıtladı',
  uk: 'Відповіла резервна модель',
  zh: '由备用模型回答',
  'zh-Hant': '由備用模型回答',
};

const BY_TAG: ReadonlyMap<string, string> = new Map(
  Object.entries(BADGE_TEXTS).map(([tag, text]) => [tag.toLowerCase(), text]),
);

/** Chinese is written in traditional characters there, although the tags do not say so. */
const TRADITIONAL = /^zh-(hant|tw|hk|mo)(-|$)/;

/** The default text in a language or in the nearest that it names (`de-CH`: `de`); null when there is none. */
export function defaultBadgeText(language: string): string | null {
  const tag = language.trim().toLowerCase();
  if (TRADITIONAL.test(tag)) return BADGE_TEXTS['zh-Hant'] ?? null;
  for (let end = tag.length; end > 0; end = tag.lastIndexOf('-', end - 1)) {
    const text = BY_TAG.get(tag.slice(0, end));
    if (text !== undefined) return text;
  }
  return null;
}

/** Whether nobody has put it into words of their own. */
export function isDefaultBadgeText(text: string): boolean {
  return Object.values(BADGE_TEXTS).includes(text.trim());
}
