import { type FailureView, failureClassSchema } from '#lib/contract/failures.ts';

export type FailureClass = FailureView['class'];

export interface ClassWords {
  title: string;
  /** What it is, for somebody who has never seen it. */
  what: string;
  /** Who has to do something about it. */
  fault: string;
  /** What an operator should do. */
  todo: string;
}

const PROVIDER = 'The provider’s';
const ACCOUNT = 'The account’s';
const REQUEST = 'The request’s';

/** The classes in plain words. What is done about each comes from the engine itself (`effect-words.ts`). */
export const CLASS_WORDS: Readonly<Record<FailureClass, ClassWords>> = {
  auth: {
    title: 'Credential refused',
    what: 'The provider does not accept the API key: it is wrong, revoked or expired.',
    fault: ACCOUNT,
    todo: 'Change the credential in Settings.',
  },
  permission: {
    title: 'Access missing',
    what: 'The key is good, but it may not use this model, region or project.',
    fault: ACCOUNT,
    todo: 'Give the key access at the vendor, or take the target out of its chains.',
  },
  provider_access_denied: {
    title: 'Refused by location',
    what: 'The provider takes no calls from this country or network address.',
    fault: ACCOUNT,
    todo: 'Check where Switchyard’s traffic leaves from, or use an endpoint that accepts it.',
  },
  quota_exhausted: {
    title: 'Quota used up',
    what: 'Credit, a spending limit or a daily quota is used up.',
    fault: ACCOUNT,
    todo: 'Add credit or raise the limit at the vendor.',
  },
  model_not_found: {
    title: 'Model not found',
    what: 'The provider knows no such model or deployment: a wrong name, a retired model, or one not deployed there.',
    fault: 'The target’s settings',
    todo: 'Correct the model or the deployment of the target.',
  },
  rate_limited: {
    title: 'Rate limited',
    what: 'Too many requests or tokens in a short time.',
    fault: ACCOUNT,
    todo: 'Nothing while it is rare. Otherwise raise the limit at the vendor, or add a target to share the load.',
  },
  rate_limited_too_big: {
    title: 'Larger than the rate limit',
    what: 'This one request needs more tokens than the account may use in a minute, so waiting would not help.',
    fault: ACCOUNT,
    todo: 'Raise the account’s token limit, or send shorter prompts.',
  },
  overloaded: {
    title: 'Overloaded',
    what: 'The provider says that it has no capacity for this now.',
    fault: PROVIDER,
    todo: 'Nothing: it passes, and other targets answer meanwhile.',
  },
  server_error: {
    title: 'Server error',
    what: 'Something failed inside the provider (500, 502 and the like).',
    fault: PROVIDER,
    todo: 'Nothing at first. If it lasts, look at the provider’s status page.',
  },
  timeout: {
    title: 'Too late',
    what: 'The first token, or the next one, did not come within the flow’s time limits.',
    fault: PROVIDER,
    todo: 'If it is the model’s ordinary pace, lengthen the limits of the flow.',
  },
  connection: {
    title: 'Connection failed',
    what: 'The address was not found, the connection was refused or broke off, or TLS failed.',
    fault: 'The provider’s, or the network’s',
    todo: 'If it lasts, check the endpoint’s base URL, the network and the certificate.',
  },
  protocol_violation: {
    title: 'Not a proper answer',
    what: 'What came is not what the API promises: a page instead of JSON, or a stream that stopped without its end marker.',
    fault: PROVIDER,
    todo: 'If it happens at once and always, check that the base URL leads to the API.',
  },
  model_output_invalid: {
    title: 'Unusable output',
    what: 'The model wrote something that its own vendor could not read, such as a broken tool call.',
    fault: 'The model’s',
    todo: 'If it is frequent, simplify the tools or choose another model.',
  },
  context_length_exceeded: {
    title: 'Prompt too long',
    what: 'The prompt does not fit the model’s context window.',
    fault: REQUEST,
    todo: 'Shorten the conversation, or put a target with a larger window into the chain and state its window.',
  },
  content_filtered: {
    title: 'Content refused',
    what: 'The provider or its model refuses the content of the prompt or of the answer.',
    fault: REQUEST,
    todo: 'Nothing, unless it refuses what it should not: then let the flow fail over on content refusals.',
  },
  unsupported_feature: {
    title: 'Not supported there',
    what: 'The request uses something that this model does not have: tools, images, a parameter.',
    fault: REQUEST,
    todo: 'State the target’s capabilities, so that it is passed over for such requests.',
  },
  invalid_request: {
    title: 'Invalid request',
    what: 'The provider calls the request malformed.',
    fault: REQUEST,
    todo: 'Correct it in the application; the provider’s message says where.',
  },
  payload_too_large: {
    title: 'Too many bytes',
    what: 'The request is larger than the provider takes, most often because of images or files.',
    fault: REQUEST,
    todo: 'Send fewer or smaller images and files.',
  },
  state_not_portable: {
    title: 'Belongs to another provider',
    what: 'The request carries what only the provider that made it can read: encrypted reasoning, a file’s id, an earlier response’s id.',
    fault: REQUEST,
    todo: 'Send such conversations to one provider, or leave that state out.',
  },
  client_abort: {
    title: 'Client went away',
    what: 'The application closed its connection before the answer was complete.',
    fault: 'Nobody’s',
    todo: 'If it is frequent, the application’s own time limit may be shorter than the flow’s.',
  },
};

/** The class that an attempt ended with; null: it was no failure. */
export function failureClassOf(outcome: string): FailureClass | null {
  const parsed = failureClassSchema.safeParse(outcome);
  return parsed.success ? parsed.data : null;
}

/** Where a class is explained, with what came of it in a day. */
export function classHref(name: FailureClass): string {
  return `${CLASSES_HREF}#${name}`;
}

export const CLASSES_HREF = '/activity/classes?range=24h';
