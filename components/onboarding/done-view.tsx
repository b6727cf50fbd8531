'use client';

import { Button, Group, Tabs } from '@mantine/core';
import type { Onboarded } from '#lib/contract/onboarding.ts';
import { errorMessage } from '../api/client.ts';
import { useNewApiKey } from '../api/onboarding.ts';
import { useStatus } from '../api/resources.ts';
import { PageHead } from '../flow/page-head.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { Alarm } from '../ui/alarm.tsx';
import { joinWords } from '../ui/format.ts';
import { CopyableCode, Panel } from '../ui/panel.tsx';
import { clientLines } from './client-lines.ts';
import classes from './onboarding.module.css';

/** What has been made, and how an application uses it. */
export function DoneView({ made }: { made: Onboarded }) {
  const { provider, targets, flow } = made;
  return (
    <>
      <PageHead title={`${provider.name} is set up`} sentence={sentence(made)} />
      <div className={classes.page}>
        {flow === null ? null : <CallIt name={flow.name} slug={flow.slug} />}
        <Panel title="Next">
          <ul className={classes.next}>
            {flow === null ? null : (
              <>
                <li>
                  <SharedLink className="sy-link" href={`/playground?flow=${encodeURIComponent(flow.slug)}`}>
                    Ask it something
                  </SharedLink>
                  , in the playground.
                </li>
                <li>
                  <SharedLink className="sy-link" href={`/flows/${flow.slug}`}>
                    Choose what happens when its primary fails
                  </SharedLink>
                  : serve whatever answers, or refuse.
                </li>
              </>
            )}
            <li>
              <SharedLink className="sy-link" href={`/providers/${provider.slug}`}>
                {provider.name}
              </SharedLink>
              : its endpoints and its key.
            </li>
            {targets.map(({ slug }) => (
              <li key={slug}>
                <SharedLink className="sy-link" href={`/targets/${slug}`}>
                  {slug}
                </SharedLink>
                : its breaker, prices and what it can do.
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

function sentence({ targets, flow }: Onboarded): string {
  const made =
    targets.length === 0
      ? 'It has no target yet.'
      : `Its targets: ${joinWords(targets.map(({ slug }) => slug))}.`;
  return flow === null ? made : `${made} The flow ${flow.slug} takes requests now.`;
}

/** The lines to paste; a key made here is in them as long as the page stays. */
function CallIt({ name, slug }: { name: string; slug: string }) {
  const gatewayUrl = useStatus().data?.gatewayUrl ?? 'http://127.0.0.1:8080';
  const create = useNewApiKey();
  const lines = clientLines(gatewayUrl, slug, create.data?.key ?? null);
  return (
    <Panel title="Call it">
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {lines.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {lines.map(({ id, code }) => (
          <Tabs.Panel key={id} value={id} pt={8}>
            <CopyableCode code={code} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group gap={8} mt={8}>
        {create.data === undefined ? (
          <>
            <Button variant="default" loading={create.isPending} onClick={() => create.mutate(name)}>
              Create an API key for it
            </Button>
            <span className={classes.quiet}>Or use one that you have: every key may call every flow.</span>
          </>
        ) : (
          <span>
            <strong>Copy it now.</strong> The key is in the lines above this once, and stored only as a hash.
          </span>
        )}
      </Group>
      {create.error === null ? null : <Alarm text={errorMessage(create.error)} />}
    </Panel>
  );
}
