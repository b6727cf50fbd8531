interface Row {
  slug: string;
  simulated: boolean;
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
