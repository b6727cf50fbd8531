import { endOverlap } from '#lib/control/provider/end-overlap.ts';
import { onboardProvider } from '#lib/control/provider/onboard.ts';
import { rotateCredential } from '#lib/control/provider/rotate.ts';
import { testProvider } from '#lib/control/provider/test.ts';
import { drainTarget, resumeTarget } from '#lib/control/target/drain.ts';
import { previewDrain } from '#lib/control/target/preview-drain.ts';
import { testTarget } from '#lib/control/target/test.ts';
import type { Handlers } from './control-operations.ts';

type ProviderVerbs = 'providers.test' | 'providers.onboard' | 'providers.rotate' | 'providers.endOverlap';
type TargetVerbs = 'targets.test' | 'targets.drainPreview' | 'targets.drain' | 'targets.resume';

export function providerVerbs(): Pick<Handlers<'providers'>, ProviderVerbs> {
  return {
    'providers.test': ({ ctx, body }) => testProvider({ ctx, input: body }),
    'providers.onboard': ({ ctx, body }) => onboardProvider({ ctx, input: body }),
    'providers.rotate': ({ ctx, params, body, version }) =>
      rotateCredential({ ctx, input: { ...params, ...body, expectedVersion: version } }),
    'providers.endOverlap': ({ ctx, params, body, version }) =>
      endOverlap({ ctx, input: { ...params, ...body, expectedVersion: version } }),
  };
}

export function targetVerbs(): Pick<Handlers<'targets'>, TargetVerbs> {
  return {
    'targets.test': ({ ctx, params }) => testTarget({ ctx, input: params }),
    'targets.drainPreview': ({ ctx, params }) => previewDrain({ ctx, input: params }),
    'targets.drain': ({ ctx, params, body }) => drainTarget({ ctx, input: { ...params, ...body } }),
    'targets.resume': ({ ctx, params }) => resumeTarget({ ctx, input: params }),
  };
}
