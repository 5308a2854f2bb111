import { type Alert, type AlertState, Alerts } from '../insight/alerts/alerts.ts';
import { Mutes } from '../insight/alerts/mutes.ts';
import { Webhook } from '../insight/alerts/webhook.ts';
import { AlertFigures, type Watched } from './alert-figures.ts';
import type { EngineOptions } from './options.ts';

export interface Alerting {
  readonly state: readonly AlertState[];
  /** For a day nobody is told of this rule, in this session or the next; until when, ms since the epoch. */
  mute(name: string): number;
  unmute(name: string): void;
  beat(): void;
  close(): Promise<void>;
}

/** Wires alerts to the engine that they watch, and to who is told. */
export function openAlerting(watched: Watched, { alerts: options }: EngineOptions): Alerting {
  const { recorder } = watched;
  const problem = (error: Error) => recorder.problem('alerts', error);
  const webhook = new Webhook({ url: async () => options?.webhook(), problem });
  const tell = ({ rule, text }: Alert): void => {
    const named = `${rule.name}: ${text}`;
    recorder.note('problem', named, 0);
    for (const action of rule.actions) {
      if (action === 'log') options?.log(named);
      else if (action === 'notification') options?.notify?.(named, rule.name);
      else void webhook.send(`Agent Cache: ${text}`);
    }
  };
  const mutes = new Mutes(options?.mutes, Date.now);
  const alerts = new Alerts({ rules: () => options?.rules() ?? [], mutes, tell, now: Date.now });
  const figures = new AlertFigures(watched, problem);
  return {
    get state() {
      return alerts.state;
    },
    mute(name) {
      recorder.revision++;
      return mutes.mute(name);
    },
    unmute(name) {
      recorder.revision++;
      mutes.unmute(name);
    },
    beat: () => alerts.beat(() => figures.read(Date.now())),
    close: () => webhook.close(),
  };
}
