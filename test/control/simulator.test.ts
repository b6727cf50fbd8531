import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlError } from '#lib/control/errors.ts';
import { addFault } from '#lib/control/simulator/add-fault.ts';
import { clearFaults } from '#lib/control/simulator/clear-faults.ts';
import { setTraffic } from '#lib/control/simulator/set-traffic.ts';
import { openWorkspace, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const rule = { provider: 'openai-sim', endpoint: 'us-east', fault: 'server_error', share: 0.5 } as const;
const audited = async () => (await workspace.store.audit.list({ before: null, limit: 10 })).items;

describe("what operators do to the simulator is in the audit, in the operator's name", () => {
  test('a fault and its healing', async () => {
    const { ctx } = workspace;
    const added = await addFault({ ctx, input: rule });
    ctx.simulator.faults = () => [added];
    await clearFaults({ ctx, input: { id: added.id } });
    expect(await audited()).toMatchObject([
      {
        action: 'simulator.fault.clear',
        by: 'user:ana@example.com',
        entityId: 'openai-sim',
        summary:
          'Healed something in the simulator: server error at openai-sim.us-east, for 50 % of the calls.',
      },
      {
        action: 'simulator.fault.add',
        by: 'user:ana@example.com',
        entityId: 'openai-sim',
        summary:
          'Broke something in the simulator: server error at openai-sim.us-east, for 50 % of the calls.',
      },
    ]);
    expect(workspace.announced).toHaveLength(2);
  });

  test('healing everything, and switching the traffic', async () => {
    const { ctx } = workspace;
    await clearFaults({ ctx, input: { id: null } });
    await setTraffic({ ctx, input: { on: false } });
    expect((await audited()).map(({ summary }) => summary)).toEqual([
      "Switched the demo's traffic off.",
      'Healed everything in the simulator.',
    ]);
  });

  test('what the simulator refused is not', async () => {
    const { ctx } = workspace;
    ctx.simulator.addFault = async () => {
      throw new ControlError('invalid', 'No simulated endpoint.');
    };
    expect((await refusalOf(addFault({ ctx, input: rule }))).code).toBe('invalid');
    expect(await audited()).toEqual([]);
  });
});
