import type { BreakerSettings, BreakerState, OverrideKind, Verdict } from '#lib/engine/types.ts';

export interface ModelPermit {
  generation: number;
  probe: boolean;
  bypass: boolean;
  settled: boolean;
}

export interface ModelEdge {
  from: BreakerState;
  to: BreakerState;
  at: number;
  reason: string;
  openForMs: number | null;
}

interface Result {
  at: number;
  verdict: Exclude<Verdict, 'none'>;
}

/**
 * The breaker as one would explain it: lists of what happened, recounted from scratch whenever somebody asks, and time that
 * passes edge by edge. Slow and obvious on purpose; shares no code with the engine.
 */
export class BreakerModel {
  now: number;
  state: BreakerState = 'closed';
  since: number;
  /** When it last left closed. */
  outageSince = 0;
  /** When the ramp began that it is in, if it is in one. */
  rampFrom: number | null = null;
  openUntil = 0;
  trips = 0;
  openedBySlowness = false;
  generation = 0;
  late = 0;
  successes = 0;
  probe: { permit: ModelPermit; leaseUntil: number } | null = null;
  mask: { kind: OverrideKind; until: number } | null = null;
  results: Result[] = [];
  edges: ModelEdge[] = [];
  permits: ModelPermit[] = [];
  settings: BreakerSettings;
  readonly jitter: number;

  constructor(now: number, settings: BreakerSettings, jitter: number) {
    this.now = now;
    this.since = now;
    this.settings = settings;
    this.jitter = jitter;
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = this.#due();
      if (due === null || due > end) break;
      this.now = Math.max(this.now, due);
      if (this.state === 'open') this.#move('half_open', due, 'open_elapsed');
      else this.#open(due, this.trips + 1, 'probe_expired');
    }
    this.now = end;
  }

  forced(): OverrideKind | null {
    return this.mask !== null && this.now < this.mask.until ? this.mask.kind : null;
  }

  acquire(leaseMs: number): ModelPermit | 'forced_open' | 'breaker_open' | 'probing' {
    const forced = this.forced();
    if (forced === 'forced_open') return 'forced_open';
    if (forced === 'forced_closed') return this.#permit(false, true);
    if (this.state === 'open') return 'breaker_open';
    if (this.state === 'closed') return this.#permit(false, false);
    if (this.probe !== null) return 'probing';
    const permit = this.#permit(true, false);
    this.probe = { permit, leaseUntil: this.now + leaseMs };
    return permit;
  }

  bypass(): ModelPermit {
    return this.#permit(false, true);
  }

  settle(permit: ModelPermit, verdict: Verdict): void {
    if (permit.settled) return;
    permit.settled = true;
    if (permit.bypass) return;
    if (permit.generation !== this.generation) {
      if (verdict !== 'none') this.late += 1;
      return;
    }
    if (this.probe?.permit === permit) this.probe = null;
    if (verdict === 'none') return;
    if (this.state === 'half_open') this.#judgeProbe(verdict);
    else this.#count(verdict);
  }

  /** A failure that comes after its call was settled. */
  charge(generation: number): void {
    if (generation !== this.generation) this.late += 1;
    else if (this.state === 'half_open') this.#judgeProbe('failure');
    else if (this.state === 'closed') this.#count('failure');
  }

  hasten(at: number): void {
    if (this.state === 'open') this.openUntil = Math.min(this.openUntil, at);
    this.pass(0);
  }

  /** Whatever is above it was down for so long. */
  ramp(outageMs: number): void {
    const { rampSeconds, rampAfterSeconds } = this.settings;
    if (this.state === 'closed' && rampSeconds > 0 && outageMs >= rampAfterSeconds * 1000) {
      this.rampFrom = this.now;
    }
  }

  share(): number {
    if (this.rampFrom === null) return 1;
    const { rampSeconds, rampFirstShare, rampSecondShare } = this.settings;
    const part = (this.now - this.rampFrom) / (rampSeconds * 1000);
    if (part < 0.5) return rampFirstShare;
    return part < 1 ? rampSecondShare : 1;
  }

  reset(): void {
    if (this.state === 'closed') {
      this.generation += 1;
      this.#close(this.now);
    } else this.#move('closed', this.now, 'operator_reset');
    this.trips = 0;
  }

  probeNow(): void {
    if (this.state === 'open') this.#move('half_open', this.now, 'operator_probe');
  }

  /** Calls of the window: in the ten buckets up to and including the current one. */
  counts(): { ok: number; slow: number; failure: number } {
    const width = (this.settings.windowSeconds * 1000) / 10;
    const newest = Math.floor(this.now / width);
    const inside = this.results.filter(({ at }) => Math.floor(at / width) > newest - 10);
    const of = (verdict: Verdict) => inside.filter((result) => result.verdict === verdict).length;
    return { ok: of('ok'), slow: of('slow'), failure: of('failure') };
  }

  /** Failures at the end of the list. */
  streak(): number {
    const good = this.results.findLastIndex(({ verdict }) => verdict !== 'failure');
    return this.results.length - 1 - good;
  }

  #permit(probe: boolean, bypass: boolean): ModelPermit {
    const permit = { generation: this.generation, probe, bypass, settled: false };
    this.permits.push(permit);
    return permit;
  }

  #due(): number | null {
    if (this.state === 'open') return this.openUntil;
    return this.state === 'half_open' && this.probe !== null ? this.probe.leaseUntil : null;
  }

  #judgeProbe(verdict: Exclude<Verdict, 'none'>): void {
    if (verdict === 'failure' || (verdict === 'slow' && this.openedBySlowness)) {
      this.#open(this.now, this.trips + 1, 'probe_failed');
      return;
    }
    this.successes += 1;
    if (this.successes < this.settings.probeSuccesses) return;
    this.#move('closed', this.now, 'probes_succeeded');
    this.ramp(this.now - this.outageSince);
  }

  #count(verdict: Exclude<Verdict, 'none'>): void {
    this.results.push({ at: this.now, verdict });
    const { ok, slow, failure } = this.counts();
    const { consecutiveFailures, failureRate, slowRate, minimumCalls } = this.settings;
    const enough = ok + slow + failure >= minimumCalls;
    let reason: string | null = null;
    if (enough && slow > 0 && slow / (ok + slow) >= slowRate) reason = 'slow_rate';
    if (enough && failure / (ok + slow + failure) >= failureRate) reason = 'failure_rate';
    if (this.streak() >= consecutiveFailures) reason = 'consecutive_failures';
    if (reason === null) return;
    this.openedBySlowness = reason === 'slow_rate';
    this.outageSince = this.now;
    const stableMinutes = Math.floor((this.now - this.since) / 60_000);
    this.#open(this.now, Math.max(0, this.trips - stableMinutes) + 1, reason);
  }

  #open(at: number, trips: number, reason: string): void {
    const { openSeconds, maxOpenSeconds } = this.settings;
    let period = openSeconds;
    for (let trip = 1; trip < trips && period < maxOpenSeconds; trip += 1) period *= 2;
    const openForMs = Math.ceil(Math.min(period, maxOpenSeconds) * 1000 * (1 - 0.3 * this.jitter));
    this.trips = trips;
    this.openUntil = at + openForMs;
    this.#move('open', at, reason, openForMs);
  }

  #move(to: BreakerState, at: number, reason: string, openForMs: number | null = null): void {
    this.edges.push({ from: this.state, to, at, reason, openForMs });
    this.state = to;
    this.since = at;
    this.generation += 1;
    this.probe = null;
    this.rampFrom = null;
    this.successes = 0;
    if (to === 'closed') this.#close(at);
  }

  #close(at: number): void {
    this.since = at;
    this.rampFrom = null;
    this.results = [];
  }
}
