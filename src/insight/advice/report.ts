import type { AdviceData, AdviceItem } from '../../protocol/advice.ts';
import type { Diagnosis } from './diagnosis.ts';
import { bytesText, count, number, percent } from './words.ts';

/** Why hit rates are what they are and what to do about it, as Markdown. */
export function diagnosisReport(
  title: string,
  diagnoses: readonly Diagnosis[],
  { items, actions, curve, none }: AdviceData,
): string {
  const low = diagnoses.filter((one) => one.low);
  // Those of the causes are of another moment, and never the same objects.
  const told = new Set(low.flatMap(({ causes }) => causes.map(({ id }) => id)));
  const elsewhere = items.filter(({ id }) => !told.has(id));
  const lines = [
    `# ${title}`,
    '',
    summary(diagnoses, low),
    ...low.flatMap(ofNamespace),
    ...(elsewhere.length === 0 ? [] : ['', '## Also found', ...elsewhere.flatMap(ofItem)]),
    ...(none === undefined ? [] : ['', none]),
    ...(diagnoses.length === 0 ? [] : ['', '## All namespaces', '', ...table(diagnoses)]),
    ...(curve
      ? [
          '',
          `The memory level has room for ${bytesText(curve.now.bytes)}${curve.advised ? `; ${bytesText(curve.advised.bytes)} would pay` : ''}. This rests on ${count(curve.reads, 'read')} and a sample of ${count(curve.sampled, 'key')}.`,
        ]
      : []),
    ...(actions.length === 0 ? [] : ['', '## Done so far', '', ...actions.slice(0, 20).map(ofAction)]),
    '',
  ];
  return lines.join('\n');
}

function summary(all: readonly Diagnosis[], low: readonly Diagnosis[]): string {
  if (all.length === 0) return 'Too little was read since the process started to say anything of hit rates.';
  if (low.length === 0) return 'No hit rate is low: each namespace reaches its target, or half of its reads.';
  const names = low.map(({ namespace }) => `\`${namespace}\``).join(', ');
  return `The hit rate is low in ${names}.`;
}

function ofNamespace({ namespace, reads, hitRate, target, misses, causes }: Diagnosis): string[] {
  const wanted = target === undefined ? '' : `, and its target is ${percent(target)}`;
  const reasons = misses.map(({ reason, part }) => `${percent(part)} ${reason}`).join(', ');
  return [
    '',
    `## ${namespace}: ${percent(hitRate)}`,
    '',
    `Of ${count(reads, 'read')}, ${percent(hitRate)} were hits${wanted}. Of the misses: ${reasons || 'nothing is known'}.`,
    ...(causes.length === 0
      ? ['', 'No single cause was found: what was asked for was new, or had changed.']
      : causes.flatMap(ofItem)),
  ];
}

function ofItem({ title, text, evidence, change, keys, state }: AdviceItem): string[] {
  const what = change?.text ?? (keys && `Invalidate ${count(keys.length, 'key')}.`);
  return [
    '',
    `### ${title}`,
    '',
    text,
    '',
    ...evidence.map((sentence) => `- ${sentence}`),
    ...(what === undefined ? [] : ['', `${state === 'applied' ? 'Done' : 'Change'}: \`${what}\``]),
  ];
}

function table(diagnoses: readonly Diagnosis[]): string[] {
  return [
    '| namespace | reads | hit rate | target | misses |',
    '|---|---:|---:|---:|---|',
    ...diagnoses.map(({ namespace, reads, hitRate, target, misses }) => {
      const most = misses.slice(0, 3).map(({ reason, part }) => `${percent(part)} ${reason}`);
      return `| ${namespace} | ${number(reads)} | ${percent(hitRate)} | ${target === undefined ? '' : percent(target)} | ${most.join(', ')} |`;
    }),
  ];
}

function ofAction({ at, by, text, why, reverted }: AdviceData['actions'][number]): string {
  return `- ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}, ${by}: ${text}${reverted ? ' (taken back)' : ''}. ${why}`;
}
