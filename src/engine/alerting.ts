import { type Alert, type AlertState, Alerts } from '../insight/alerts/alerts.ts';
import { Webhook } from '../insight/alerts/webhook.ts';
import { AlertFigures, type Watched } from './alert-figures.ts';
import type { EngineOptions } from './options.ts';

export interface Alerting {
  readonly state: readonly AlertState[];
  /** Until the process ends, nobody is told of this rule. */
  mute(name: string): void;
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
  const alerts = new Alerts({ rules: () => options?.rules() ?? [], tell, now: Date.now });
  const figures = new AlertFigures(watched, problem);
  return {
    get state() {
      return alerts.state;
    },
    mute: (name) => alerts.mute(name),
    beat: () => alerts.beat(() => figures.read(Date.now())),
    close: () => webhook.close(),
  };
}
