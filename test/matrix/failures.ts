import type { ProviderKind } from '#lib/contract/config.ts';
import type { Fault } from '#lib/contract/simulator.ts';

/** What has to come of a failure of the primary, with a healthy backup model behind it and the default policy. */
export type Expected =
  /** The backup model answers, and nothing of the failure is seen; the failure has this class. */
  | { kind: 'backup'; cls: string }
  /** The caller's own fault, told in the caller's own dialect; the backup model is not asked. */
  | { kind: 'caller'; cls: string }
  /** The primary answers, and what was odd about it is not seen. */
  | { kind: 'primary' }
  /** Something was said already, and nobody can go on with it for certain: an explicit error ends the stream. */
  | { kind: 'broken'; cls: string }
  /** The request's own time is over before anything can be found out. */
  | { kind: 'deadline' };

const backup = (cls: string): Expected => ({ kind: 'backup', cls });
const caller = (cls: string): Expected => ({ kind: 'caller', cls });
const broken = (cls: string): Expected => ({ kind: 'broken', cls });

export function expected(fault: Fault, kind: ProviderKind, stream: boolean): Expected {
  switch (fault) {
    case 'rate_limit':
    case 'rate_limit_no_hint':
      return backup('rate_limited');
    case 'rate_limit_too_big':
      return backup('rate_limited_too_big');
    case 'server_error':
      return backup('server_error');
    case 'overloaded':
      return backup('overloaded');
    case 'bad_gateway':
      return backup('server_error');
    case 'gateway_timeout':
      return backup('timeout');
    case 'auth':
      return backup('auth');
    case 'permission':
      return backup('permission');
    case 'quota':
      return backup('quota_exhausted');
    case 'model_not_found':
      return backup('model_not_found');
    case 'model_output':
      return backup(kind === 'anthropic' || kind === 'bedrock' ? 'server_error' : 'model_output_invalid');
    case 'html_answer':
    case 'empty_answer':
      return backup('protocol_violation');
    case 'reset':
      return backup('connection');
    case 'context_overflow':
      return caller('context_length_exceeded');
    case 'content_filter':
      return caller('content_filtered');
    case 'unsupported':
      return caller('unsupported_feature');
    case 'invalid_request':
      return caller('invalid_request');
    case 'payload_too_large':
      return caller('payload_too_large');
    case 'malformed_event':
    case 'late_error':
    case 'odd_framing':
    case 'prefill_refused':
      return { kind: 'primary' };
    case 'silence':
    case 'slow_first_token':
      return stream ? backup('timeout') : { kind: 'deadline' };
    case 'stalled_stream':
      return stream ? broken('timeout') : { kind: 'deadline' };
    case 'cut_stream':
      return stream ? broken('connection') : backup('connection');
    case 'truncated_stream':
      return stream ? broken('protocol_violation') : backup('protocol_violation');
    case 'stream_error':
      return stream
        ? broken(inStreamClass(kind))
        : backup(kind === 'anthropic' ? 'overloaded' : 'server_error');
    default:
      return fault satisfies never;
  }
}

/** What each vendor's simulated failure inside a stream says. */
function inStreamClass(kind: ProviderKind): string {
  return kind === 'openai' || kind === 'azure-openai' || kind === 'openai-compatible'
    ? 'server_error'
    : 'overloaded';
}
