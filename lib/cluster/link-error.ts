/** Why a command has no confirmed effect. Has the shape of a use case's coded error, so transports need no extra case. */
export class LinkError extends Error {
  readonly isControlError = true;
  readonly code: 'gateway_unavailable' | 'gateway_timeout' | 'not_found';
  readonly issues: { path: string; message: string }[] = [];
  readonly current: unknown = undefined;

  constructor(code: LinkError['code'], message: string) {
    super(message);
    this.name = 'LinkError';
    this.code = code;
  }
}
