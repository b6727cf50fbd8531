import type { ActiveFault, Fault, FaultRule, SimulatorView } from '#lib/contract/simulator.ts';

export interface FaultText {
  label: string;
  /** What its callers meet. */
  meaning: string;
}

/** Each fault as an operator would describe it. */
export const FAULT_TEXTS: Record<Fault, FaultText> = {
  server_error: { label: 'Server error (500)', meaning: 'Answers every call with HTTP 500.' },
  overloaded: {
    label: 'Overloaded (503 or 529)',
    meaning: 'Says that it is overloaded, in the vendor’s own words.',
  },
  rate_limit: { label: 'Rate limit with a hint (429)', meaning: 'Answers 429 and says when to come back.' },
  rate_limit_no_hint: {
    label: 'Rate limit without a hint (429)',
    meaning: 'Answers 429 and does not say for how long.',
  },
  slow_first_token: { label: 'Slow first token', meaning: 'Answers, but starts late.' },
  silence: { label: 'Silence', meaning: 'Accepts the call and never answers.' },
  reset: { label: 'Connection reset', meaning: 'Closes the connection before any answer.' },
  cut_stream: { label: 'Cut stream', meaning: 'Breaks the connection in the middle of an answer.' },
  stalled_stream: { label: 'Stalled stream', meaning: 'Begins to answer, then goes quiet.' },
  malformed_event: { label: 'Malformed event', meaning: 'Sends a piece of the stream that is not JSON.' },
  stream_error: {
    label: 'Error inside the stream',
    meaning: 'Begins with 200, then reports an error in the stream.',
  },
  late_error: {
    label: 'Error after the end',
    meaning: 'Answers whole, then reports an error that no longer matters.',
  },
  truncated_stream: {
    label: 'Stream without an end',
    meaning: 'Ends the stream cleanly, without the marker that says it is complete.',
  },
  odd_framing: {
    label: 'Odd framing',
    meaning: 'Answers well, with comments, other line ends and events cut anywhere.',
  },
  empty_answer: { label: 'Empty answer', meaning: 'Answers 200 with no content at all.' },
  html_answer: { label: 'Web page instead of an answer', meaning: 'Answers 200 with a page of HTML.' },
  bad_gateway: { label: 'Bad gateway (502)', meaning: 'Answers 502 with a page of HTML.' },
  gateway_timeout: { label: 'Gateway timeout (504)', meaning: 'Answers 504 before the model has.' },
  rate_limit_too_big: {
    label: 'Request above the limit',
    meaning: 'Says that this one request is larger than the limit of a whole minute.',
  },
  auth: { label: 'Refused key', meaning: 'Says that the key is not valid.' },
  permission: { label: 'No permission', meaning: 'Says that the key may not use this model.' },
  quota: { label: 'Quota used up', meaning: 'Says that there is no credit left.' },
  model_not_found: { label: 'Unknown model', meaning: 'Says that it has no such model.' },
  context_overflow: { label: 'Prompt too long', meaning: 'Says that the prompt is longer than its window.' },
  content_filter: { label: 'Content refused', meaning: 'Refuses the prompt for its content.' },
  unsupported: { label: 'Unsupported feature', meaning: 'Says that it does not support what was asked for.' },
  invalid_request: { label: 'Invalid request', meaning: 'Says that the request is wrong.' },
  payload_too_large: {
    label: 'Body too large (413)',
    meaning: 'Says that the request is too large to read.',
  },
  model_output: {
    label: 'Invalid model output',
    meaning: 'Says that the model wrote a tool call that is none.',
  },
  prefill_refused: {
    label: 'No prefill',
    meaning: 'Refuses requests that end in the assistant’s own words.',
  },
};

/** Who meets a fault: "Anthropic, us-east, gpt-4o", leaving out what is not narrowed. */
export function faultPlace(rule: FaultRule, view: Pick<SimulatorView, 'providers'> | undefined): string {
  const provider = view?.providers.find((each) => each.slug === rule.provider);
  const name = provider?.name ?? rule.provider;
  const endpoint = provider?.endpoints.find((each) => each.slug === rule.endpoint);
  const region = rule.endpoint === undefined ? null : (endpoint?.region ?? rule.endpoint);
  const where = [name, region, rule.model ?? null].filter((part) => part !== null);
  return where.join(', ');
}

/** One active fault in a sentence. */
export function faultSentence(
  fault: ActiveFault,
  view: Pick<SimulatorView, 'providers'> | undefined,
): string {
  const share = fault.share < 1 ? ` for ${Math.round(fault.share * 100)} % of calls` : '';
  return `${faultPlace(fault, view)}: ${FAULT_TEXTS[fault.fault].label.toLowerCase()}${share}`;
}

/** The models that the chosen place can answer with, each once. */
export function modelsAt(view: SimulatorView, provider: string, endpoint: string | null): string[] {
  const endpoints = view.providers.find((each) => each.slug === provider)?.endpoints ?? [];
  const chosen = endpoints.filter((each) => endpoint === null || each.slug === endpoint);
  return [...new Set(chosen.flatMap((each) => each.models))];
}
