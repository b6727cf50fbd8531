/** What Anthropic's clients say about the API's version and its optional parts; both are open lists. */
const PASSED = ['anthropic-version', 'anthropic-beta'] as const;

/** The headers that go along, verbatim, to a target that speaks the client's own dialect. */
export function passHeadersOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {};
  for (const name of PASSED) {
    const value = headers[name];
    if (value !== undefined) passed[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return passed;
}
