import { textOf } from './alert-text.ts';
import { type Figures, read, SHAPES } from './metrics.ts';
import type { Mutes } from './mutes.ts';
import type { AlertRule } from './rule.ts';
import { type Measured, Window } from './window.ts';

/** What is to be told, of which rule, in which ways. */
export interface Alert {
  readonly rule: AlertRule;
  /** Names of metrics and figures alone, fit to leave this machine: a rule's name is anybody's. */
  readonly text: string;
}

export interface AlertState {
  readonly rule: AlertRule;
  readonly name: string;
  readonly state: 'ok' | 'firing' | 'off';
  readonly muted: boolean;
  /** Until when nobody is told of it, milliseconds since the epoch. */
  readonly mutedUntil?: number;
  /** In the unit of the metric; absent while there is nothing to measure. */
  readonly value?: number;
  /** Of the state, milliseconds since the epoch. */
  readonly since: number;
  /** How often it was told, and when last. */
  readonly told: number;
  readonly toldAt?: number;
}

/** Before a rule can fire again, its condition has been false for so long, ms; its window, if that is shorter. */
const RECOVERED_MS = 60_000;

interface Watched {
  readonly rule: AlertRule;
  readonly window: Window;
  firing: boolean;
  since: number;
  /** Since when the condition has been false while firing. */
  calmSince: number | undefined;
  value: number | undefined;
  told: number;
  toldAt: number | undefined;
}

interface AlertsOptions {
  readonly mutes: Mutes;
  readonly rules: () => readonly AlertRule[];
  readonly tell: (alert: Alert) => void;
  readonly now: () => number;
}

/**
 * Watches figures by rules: tells once when a condition is met, again when the cooldown is over and
 * it still is, and again after it has recovered.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  #watched = new Map<string, Watched>();

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  get state(): readonly AlertState[] {
    return [...this.#watched.values()].map(({ rule, firing, since, value, told, toldAt }) => {
      const { name, enabled } = rule;
      const mutedUntil = this.#options.mutes.until(name);
      return {
        rule,
        name,
        state: enabled ? (firing ? 'firing' : 'ok') : 'off',
        muted: mutedUntil !== undefined,
        ...(mutedUntil !== undefined && { mutedUntil }),
        ...(value !== undefined && { value }),
        since,
        told,
        ...(toldAt !== undefined && { toldAt }),
      };
    });
  }

  /** About once a second; nothing is measured while there are no rules. */
  beat(figures: () => Figures): void {
    this.#follow();
    if (![...this.#watched.values()].some(({ rule }) => rule.enabled)) return;
    const now = this.#options.now();
    const measured = figures();
    for (const watched of this.#watched.values())
      if (watched.rule.enabled) this.#look(watched, measured, now);
  }

  /** Takes over changed rules; one that has not changed goes on. */
  #follow(): void {
    const rules = this.#options.rules();
    const same =
      rules.length === this.#watched.size &&
      rules.every((rule) => this.#watched.get(rule.name)?.rule === rule);
    if (same) return;
    const before = this.#watched;
    const since = this.#options.now();
    this.#watched = new Map(
      rules.map((rule) => {
        const known = before.get(rule.name);
        if (known && JSON.stringify(known.rule) === JSON.stringify(rule))
          return [rule.name, { ...known, rule }];
        const window = new Window(rule.windowMs);
        return [
          rule.name,
          {
            rule,
            window,
            firing: false,
            since,
            calmSince: undefined,
            value: undefined,
            told: 0,
            toldAt: undefined,
          },
        ];
      }),
    );
  }

  #look(watched: Watched, figures: Figures, now: number): void {
    const { rule, window } = watched;
    const { metric, narrowedTo, windowMs } = rule;
    const reading = read(metric, narrowedTo, figures);
    const measured = window.add(now, reading, SHAPES[metric].unit === 'perMinute');
    watched.value = measured?.value;
    const met = measured !== undefined && holds(rule, measured);
    if (met) {
      watched.calmSince = undefined;
      const again = rule.cooldownMs > 0 && now - (watched.toldAt ?? 0) >= rule.cooldownMs;
      if (watched.firing && !again) return;
      if (!watched.firing) watched.since = now;
      watched.firing = true;
      this.#tell(watched, measured, now);
    } else if (watched.firing) {
      watched.calmSince ??= now;
      if (now - watched.calmSince < Math.min(windowMs, RECOVERED_MS)) return;
      watched.firing = false;
      watched.since = now;
      watched.calmSince = undefined;
    }
  }

  #tell(watched: Watched, measured: Measured, now: number): void {
    const { rule } = watched;
    if (this.#options.mutes.until(rule.name) !== undefined) return;
    watched.toldAt = now;
    watched.told++;
    this.#options.tell({ rule, text: textOf(rule, measured.value) });
  }
}

/** Whether a condition is met throughout the window. */
function holds({ operator, threshold }: AlertRule, { least, greatest }: Measured): boolean {
  switch (operator) {
    case '<':
      return greatest < threshold;
    case '<=':
      return greatest <= threshold;
    case '>':
      return least > threshold;
    case '>=':
      return least >= threshold;
  }
}
