/** Codes of node and undici for a connection that could not be set up: DNS, TCP, TLS or the proxy in between. */
const SET_UP = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPROTO',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
  'UND_ERR_MAX_ORIGINS_REACHED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
]);

const SET_UP_PREFIXES = ['CERT_', 'CRL_', 'ERR_TLS_', 'ERR_SSL_', 'ERR_OSSL_'];

/** Codes for bytes that are not the HTTP that was promised. */
const NOT_HTTP = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
]);

export function isSetUpFailure(code: string): boolean {
  return SET_UP.has(code) || SET_UP_PREFIXES.some((prefix) => code.startsWith(prefix));
}

export function isProtocolFailure(code: string): boolean {
  return NOT_HTTP.has(code) || code.startsWith('HPE_') || code.startsWith('Z_');
}

export function isConnectTimeout(code: string): boolean {
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
}
