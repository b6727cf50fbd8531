/** A type that no stream of events has, in text or in binary frames: a JSON document or a web page. */
export function isDocument(contentType: string | string[] | undefined): boolean {
  const type = String(contentType ?? '');
  return !type.startsWith('text/event-stream') && DOCUMENT.test(type);
}

const DOCUMENT = /^(application\/json|text\/html|[^;]*\+json)\s*(;|$)/i;
