export interface SseEvent {
  event: string;
  data: string;
}

/** Takes server-sent events in whatever pieces the network delivers; gives each event once it is complete. */
export function createSseParser(): { push(text: string): SseEvent[] } {
  let rest = '';
  let event = '';
  let data: string[] = [];

  function line(text: string, out: SseEvent[]): void {
    if (text === '') {
      if (data.length > 0) out.push({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    if (text.startsWith(':')) return;
    const colon = text.indexOf(':');
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }

  return {
    push(text) {
      const out: SseEvent[] = [];
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) line(each.replace(/\r$/, ''), out);
      return out;
    },
  };
}
