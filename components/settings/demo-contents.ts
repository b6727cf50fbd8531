interface Row {
  slug: string;
  simulated: boolean;
}

interface FlowRow extends Row {
  chain: readonly { target: string }[];
}

/** What goes when the demo is removed, by kind. */
export function demoContents(
  providers: readonly Row[],
  targets: readonly Row[],
  flows: readonly Row[],
): { what: string; names: string[] }[] {
  const simulated = (rows: readonly Row[]) => rows.filter((row) => row.simulated).map((row) => row.slug);
  return [
    { what: 'Flows', names: simulated(flows) },
    { what: 'Targets', names: simulated(targets) },
    { what: 'Providers', names: simulated(providers) },
  ];
}

/** Somebody's own flows that lean on the demo: those that go with it, and those that lose a part of their chain. */
export function touchedFlows(
  targets: readonly Row[],
  flows: readonly FlowRow[],
): { gone: string[]; shorter: string[] } {
  const simulated = new Set(targets.filter((row) => row.simulated).map((row) => row.slug));
  const touched = flows.filter(
    (flow) => !flow.simulated && flow.chain.some(({ target }) => simulated.has(target)),
  );
  const goes = (flow: FlowRow) => flow.chain.every(({ target }) => simulated.has(target));
  return {
    gone: touched.filter(goes).map((flow) => flow.slug),
    shorter: touched.filter((flow) => !goes(flow)).map((flow) => flow.slug),
  };
}
