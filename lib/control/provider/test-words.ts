import type { TestFailure } from '#lib/contract/onboarding.ts';
import type { Failure } from '#lib/engine/types.ts';

/** Where the call went, as far as words need it. */
export interface TestedPlace {
  /** As people call it: the provider's name, or its host. */
  vendor: string;
  baseUrl: string;
  /** null: the list of models was asked for. */
  model: string | null;
}

type Words = Pick<TestFailure, 'message' | 'field'>;

/** A failed test in words that say what is wrong and where to mend it. Never holds any part of the key. */
export function testWords(failure: Failure, place: TestedPlace): TestFailure {
  const { class: failureClass, status } = failure;
  const own = failure.status === null;
  return {
    class: failureClass,
    status,
    ...wordsOf(failure, place),
    // What we say ourselves is in the words already.
    said: own ? null : failure.message,
  };
}

function wordsOf(failure: Failure, place: TestedPlace): Words {
  const { vendor, model } = place;
  if (failure.status === null) {
    const ours = oursOf(failure, place);
    if (ours !== null) return ours;
  }
  const status = failure.status === null ? '' : ` (${failure.status})`;
  switch (failure.class) {
    case 'auth':
      return {
        message: `${vendor} refused the key${status}. Check that it was copied whole, is still valid, and belongs to this account and region.`,
        field: 'credential',
      };
    case 'permission':
      return {
        message:
          model === null
            ? `${vendor} knows the key but does not let it list models${status}. Give it that right, or name a model to test with.`
            : `${vendor} knows the key but does not let it use ${model}${status}. Give it that right, or choose another model.`,
        field: model === null ? 'credential' : 'model',
      };
    case 'provider_access_denied':
      return {
        message: `${vendor} does not serve this country or network address${status}. Choose another region or vendor.`,
        field: 'region',
      };
    case 'quota_exhausted':
      return {
        message: `${vendor} accepted the key, but its account has no credit or quota left${status}. Calls will fail until that is changed there.`,
        field: 'credential',
      };
    case 'rate_limited':
    case 'rate_limited_too_big':
    case 'overloaded':
      return {
        message: `${vendor} is not taking more calls just now${status}. Try again in a moment.`,
        field: null,
      };
    case 'model_not_found':
      return notFound(vendor, model, status);
    case 'server_error':
      return { message: `${vendor} failed by itself${status}. Try again in a moment.`, field: null };
    case 'timeout':
      return { message: `${vendor} did not answer in time${status}. Try again in a moment.`, field: null };
    default:
      return unusual(failure, place, status);
  }
}

function notFound(vendor: string, model: string | null, status: string): Words {
  return model === null
    ? {
        message: `There is no list of models at this address${status}. Check the base URL: the path often ends in /v1.`,
        field: 'baseUrl',
      }
    : {
        message: `${vendor} has no model "${model}" for this key${status}. Check its name, the region and the account's access.`,
        field: 'model',
      };
}

function unusual(failure: Failure, { vendor, model }: TestedPlace, status: string): Words {
  if (failure.class === 'protocol_violation') {
    return failure.status !== null && failure.status >= 300 && failure.status < 400
      ? {
          message: `This address sends callers elsewhere${status}. Write the address that it leads to.`,
          field: 'baseUrl',
        }
      : {
          message: `Something answered, but not as ${vendor} would${status}. Check that the base URL is the API's own.`,
          field: 'baseUrl',
        };
  }
  return {
    message: `${vendor} did not accept the test call${status}: ${failure.message}`,
    field: model === null ? null : 'model',
  };
}

/** What was found out without an answer. */
function oursOf(failure: Failure, place: TestedPlace): Words | null {
  switch (failure.code) {
    case 'unreadable_credential':
      return { message: failure.message, field: 'credential' };
    case 'incomplete_endpoint':
      return { message: failure.message, field: /region/i.test(failure.message) ? 'region' : 'baseUrl' };
    case 'no_list':
      return failure.class === 'model_not_found' ? { message: failure.message, field: 'model' } : null;
    case 'token_endpoint':
      return { message: failure.message, field: null };
    default:
      break;
  }
  if (failure.class === 'auth') return { message: failure.message, field: 'credential' };
  if (failure.class === 'timeout') {
    return { message: `${hostOf(place.baseUrl)} did not answer within 10 s.`, field: 'baseUrl' };
  }
  return failure.class === 'connection' ? unreachable(failure, hostOf(place.baseUrl)) : null;
}

function unreachable(failure: Failure, host: string): Words {
  const field = 'baseUrl';
  switch (failure.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return { message: `There is no host "${host}": check the base URL, and this machine's DNS.`, field };
    case 'ECONNREFUSED':
      return { message: `Nothing listens at ${host}: check the base URL and its port.`, field };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        message: `${host} cannot be reached from here: check the base URL, the firewall and the proxy.`,
        field,
      };
    default:
      break;
  }
  const tls = /CERT|TLS|SSL|EPROTO/.test(failure.code ?? '');
  return tls
    ? {
        message: `No trusted TLS connection to ${host} (${failure.code}): check the base URL and its certificate.`,
        field,
      }
    : { message: `The connection to ${host} broke (${failure.code ?? failure.message}).`, field };
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
