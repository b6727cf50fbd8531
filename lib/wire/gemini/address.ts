import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';

/** The Gemini API: the key in a header, never in the URL, where logs would keep it. */
export function geminiAddress({ target, stream }: Call): Address {
  const headers = jsonHeaders(stream);
  if (target.credential !== null) headers['x-goog-api-key'] = target.credential;
  const { model } = target;
  // `models/gemini-2.5-pro` and `tunedModels/mine` name their place themselves.
  const path = pathOf(model.includes('/') ? model : `models/${model}`);
  return { url: `${geminiBase(target.baseUrl)}/${path}:${generate(stream)}`, headers, authorization: null };
}

/** The method; without `alt=sse` Google streams an array of JSON. */
export function generate(stream: boolean): string {
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}

/** A model's name as path segments, with the signs that Google's own clients leave as they are. */
export function pathOf(model: string): string {
  return model
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%40', '@'))
    .join('/');
}

/** The address with its version: `/v1beta` unless it names one. */
export function geminiBase(baseUrl: string): string {
  const base = withoutSlashes(baseUrl);
  return /\/v\d[a-z0-9]*$/.test(base) ? base : `${base}/v1beta`;
}
