import { DOWN, Fleet } from '../engine/fleet.ts';
import { seeded } from './random.ts';
import type { Table } from './table.ts';

/** Models open on their own account, each with chance `q`: how likely at least `least` of `children` are. */
export function atLeast(children: number, least: number, q: number): number {
  let sum = 0;
  for (let open = least; open <= children; open += 1)
    sum += choose(children, open) * q ** open * (1 - q) ** (children - open);
  return sum;
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i += 1) product = (product * (n - k + i)) / i;
  return product;
}

/** The rule's false alarms in closed form: at least two, and at least half. */
export const falseAlarms = (children: number, q: number): number =>
  atLeast(children, Math.max(2, Math.ceil(children / 2)), q);

/**
 * The engine's own answer: models of one endpoint fail independently, and the endpoint is asked whether it is held to be down.
 * @returns share of the trials in which it was
 */
export async function inferred(children: number, q: number, trials: number, seed = 1): Promise<number> {
  const random = seeded(seed);
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const names = Array.from({ length: children }, (_, n) => `p.e.m${n}`);
    const fleet = new Fleet(names);
    const slugs = names.map((name) => name.replaceAll('.', '-'));
    // Everybody was in use just before, and answered.
    for (const slug of slugs) await fleet.ask(slug);
    const dead = slugs.filter(() => random() < q);
    for (const slug of dead) fleet.answers.set(slug, DOWN);
    for (const slug of dead) for (let call = 0; call < 5; call += 1) await fleet.ask(slug);
    if (fleet.view('endpoint', 'p.e').derived !== null) held += 1;
  }
  return held / trials;
}

/** Failed attempts until nothing at a dead provider is called any more but by probes. */
export async function outageCost(models: number): Promise<number> {
  const names = Array.from({ length: models }, (_, n) => `p.e.m${n}`);
  const fleet = new Fleet(names);
  const slugs = names.map((name) => name.replaceAll('.', '-'));
  for (const slug of slugs) await fleet.ask(slug);
  for (const slug of slugs) fleet.answers.set(slug, DOWN);
  let attempts = 0;
  for (const slug of slugs) {
    for (let call = 0; call < 6; call += 1) {
      const { trail } = await fleet.ask(slug);
      attempts += trail.filter((entry) => entry.kind === 'attempt' && entry.target === slug).length;
    }
  }
  return attempts;
}

export function inferenceTable(): Table {
  const figure = (value: number) => value.toExponential(1);
  return {
    title:
      'Scope inference: chance that a healthy endpoint is held to be down, models open with 2 % each on their own',
    about:
      'Two open models alone would be mistaken for an outage every hundredth time; two and half of those in use are not.',
    head: ['models', 'two open', 'two, and half'],
    rows: [4, 8, 20].map((models) => [
      String(models),
      figure(atLeast(models, 2, 0.02)),
      figure(falseAlarms(models, 0.02)),
    ]),
  };
}

export async function outageTable(): Promise<Table> {
  const rows = [];
  for (const models of [1, 2, 4, 10, 20])
    rows.push([String(models), String(await outageCost(models)), String(5 * models)]);
  return {
    title:
      'Total outage of an endpoint: failed attempts until only probes go out, by the number of models used there',
    about: 'With derived scopes half of the models pay for all; without, each would pay for itself.',
    head: ['models', 'attempts', 'without deriving'],
    rows,
  };
}
