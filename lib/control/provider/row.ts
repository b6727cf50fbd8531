import type { ConfigProvider, CredentialInput } from '#lib/contract/config.ts';
import type {
  EndpointRow,
  NewProvider,
  PreviousCredential,
  ProviderRow,
  StoredCredential,
} from '#lib/store/providers.ts';
import { sameJson } from '../checks.ts';
import { type Fault, invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, sealCredential } from '../credential.ts';
import { isControlError } from '../errors.ts';

/**
 * A provider as it will be stored, its credentials sealed; `current` is the row that it replaces, whose stored keys it may keep.
 * `path` leads to the provider in the caller's document: '' or `providers.0.`.
 * @throws ControlError `invalid` with the path of every key that it asks to keep and that is not there
 */
export function providerRow(
  ctx: Pick<ControlContext, 'store'>,
  input: ConfigProvider,
  current: ProviderRow | null,
  path = '',
): NewProvider {
  const { slug, name, kind } = input;
  const [credential, endpoints] = withAllIssues(
    () =>
      sealCredential(ctx, input.credential, current?.credential ?? null, ownerOf(slug), `${path}credential`),
    () => endpointRows(ctx, slug, input.endpoints, current, path),
  );
  const previous = keptPrevious(credential, current);
  return { slug, name, kind, simulated: current?.simulated ?? false, credential, previous, endpoints };
}

/** The key before a rotation goes with the key that it was replaced by: another one in its place ends the overlap. */
export function keptPrevious(
  credential: StoredCredential | null,
  current: { credential: StoredCredential | null; previous: PreviousCredential | null } | null,
): PreviousCredential | null {
  return current !== null && sameJson(credential, current.credential) ? current.previous : null;
}

/** Both, or one refusal that names the faults of both. */
function withAllIssues<A, B>(first: () => A, second: () => B): [A, B] {
  const faults: Fault[] = [];
  const a = gather(first, faults);
  const b = gather(second, faults);
  if (a === null || b === null) throw invalid(faults);
  return [a.value, b.value];
}

function gather<T>(make: () => T, faults: Fault[]): { value: T } | null {
  try {
    return { value: make() };
  } catch (error) {
    if (!isControlError(error)) throw error;
    faults.push(...error.issues);
    return null;
  }
}

/** The endpoints of a provider as they will be stored. */
export function endpointRows(
  ctx: Pick<ControlContext, 'store'>,
  provider: string,
  endpoints: readonly { slug: string; region?: string; baseUrl: string; credential?: CredentialInput }[],
  current: ProviderRow | null,
  path = '',
): EndpointRow[] {
  const faults: Fault[] = [];
  const rows = endpoints.flatMap((endpoint, n) => {
    const before = current?.endpoints.find(({ slug }) => slug === endpoint.slug) ?? null;
    const credential = gather(
      () =>
        sealCredential(
          ctx,
          endpoint.credential,
          before?.credential ?? null,
          ownerOf(provider, endpoint.slug),
          `${path}endpoints.${n}.credential`,
        ),
      faults,
    );
    const { slug, region, baseUrl } = endpoint;
    return credential === null
      ? []
      : [
          {
            slug,
            region: region ?? null,
            baseUrl,
            credential: credential.value,
            previous: keptPrevious(credential.value, before),
          },
        ];
  });
  if (faults.length > 0) throw invalid(faults);
  return rows;
}
