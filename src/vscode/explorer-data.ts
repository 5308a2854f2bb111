import type { Engine } from '../engine/engine.ts';
import type { AdviceData } from '../protocol/advice.ts';
import type { AnswersData, MatchMark } from '../protocol/answers.ts';
import type { EntriesPage, EntriesQuery, EntryDetail } from '../protocol/entries.ts';
import type { FilesPage, FilesQuery } from '../protocol/files.ts';
import type { MissesData } from '../protocol/misses.ts';
import type { ProviderData } from '../protocol/provider.ts';
import type { Period, SavingsData } from '../protocol/savings.ts';
import type { SettingsData } from '../protocol/settings.ts';
import type { Content, Range, View } from '../protocol.ts';

type Soon<T> = T | Promise<T>;

/** Where the sections of the panel get what they show; undefined is not known yet. */
export interface ExplorerData {
  entriesPage(query: EntriesQuery): Soon<EntriesPage | undefined>;
  entryDetail(key: string): Soon<EntryDetail | undefined>;
  filesPage(query: FilesQuery): Soon<FilesPage | undefined>;
  misses(range: Range): Soon<MissesData | undefined>;
  answers(): Soon<AnswersData | undefined>;
  provider(): Soon<ProviderData | undefined>;
  savings(period: Period): Soon<SavingsData | undefined>;
  advice(): Soon<AdviceData | undefined>;
  settings(): Soon<SettingsData | undefined>;
  /** These reject, in one sentence, when it cannot be done. */
  applyAdvice(id: string): Promise<void>;
  revertAdvice(id: string): Promise<void>;
  markMatch(id: string, marked: MatchMark): Promise<void>;
}

/** What of the view decides about the content; the same text is the same question. */
export function questionOf({ section, entries, entry, files, range, period }: View): string | undefined {
  switch (section) {
    case 'entries':
      return JSON.stringify([section, entries, entry]);
    case 'files':
      return JSON.stringify([section, files]);
    case 'misses':
      return JSON.stringify([section, range]);
    case 'savings':
      return JSON.stringify([section, period]);
    case 'answers':
    case 'provider':
    case 'advice':
    case 'settings':
      return section;
    default:
      return undefined;
  }
}

export async function contentOf(data: ExplorerData, view: View): Promise<Content | undefined> {
  const { section } = view;
  switch (section) {
    case 'entries': {
      const page = await data.entriesPage(view.entries);
      const detail = view.entry === undefined ? undefined : await data.entryDetail(view.entry);
      return page && { section, page, ...(detail && { detail }) };
    }
    case 'files': {
      const page = await data.filesPage(view.files);
      return page && { section, page };
    }
    case 'misses': {
      const misses = await data.misses(view.range);
      return misses && { section, misses };
    }
    case 'answers': {
      const answers = await data.answers();
      return answers && { section, answers };
    }
    case 'provider': {
      const provider = await data.provider();
      return provider && { section, provider };
    }
    case 'savings': {
      const savings = await data.savings(view.period);
      return savings && { section, savings };
    }
    case 'advice': {
      const advice = await data.advice();
      return advice && { section, advice };
    }
    case 'settings': {
      const settings = await data.settings();
      return settings && { section, settings };
    }
    default:
      return undefined;
  }
}

/** What the engine tells, and the settings of the window. */
export function explorerData(engine: Engine, settings: () => SettingsData): ExplorerData {
  const { inspection, advice } = engine;
  return {
    entriesPage: (query) => inspection.entries(query),
    entryDetail: (key) => inspection.entry(key),
    filesPage: (query) => inspection.files(query),
    misses: (range) => inspection.misses(range),
    answers: () => engine.answers.data(),
    provider: () => engine.transcripts.data(),
    savings: (period) => advice.savingsData(period),
    advice: () => advice.adviceData(),
    settings,
    applyAdvice: async (id) => void (await advice.apply(id)),
    revertAdvice: async (id) => void (await advice.revert(id)),
    markMatch: async (id, marked) => {
      if (await engine.matching.mark(id, marked)) return;
      throw new Error('This match is not, or no longer, in the list.');
    },
  };
}
