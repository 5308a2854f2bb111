import * as z from 'zod';
import { TRANSCRIPT_LIMITS } from '../answers/transcripts/limits.ts';
import { MOST_DEPENDENCIES } from '../freshness/capture.ts';
import { DEFAULT_LEASE_LIMITS } from '../freshness/leases/leases.ts';
import { DEFAULT_UNDO_LIMITS } from '../freshness/undo/undo-log.ts';
import { LIMITS, MOST_LIMITS } from '../notes/limits.ts';
import type { EngineLimits } from './options.ts';
import { proxyBounds } from './proxy-settings.ts';
import { number, whole } from './setting-numbers.ts';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What everything is bounded by, as settings: by their names without `agentCache.`. */
export const bounds = {
  ...proxyBounds,
  'fileLevel.maxMegabytes': number(1, 1_048_576, 1024),
  'fileLevel.cleanupMinutes': number(1, 1440, 10),
  'fileLevel.writeBackMs': whole(50, 60_000, 1000),
  'memory.maxEntries': whole(100, 10_000_000, 50_000),
  'memory.maxMegabytes': number(1, 65_536, 128),
  'analysis.maxFileKilobytes': whole(1, 102_400, 1024),
  'warm.maxFiles': whole(1, 1_000_000, 20_000),
  'freshness.maxDependencies': whole(100, 1_000_000, MOST_DEPENDENCIES),
  'notes.maxNotes': whole(1, MOST_LIMITS.notes, LIMITS.notes),
  'notes.maxTextKilobytes': whole(1, MOST_LIMITS.textBytes / KILOBYTE, LIMITS.textBytes / KILOBYTE),
  'notes.maxFiles': whole(1, MOST_LIMITS.files, LIMITS.files),
  'notes.maxTags': whole(1, MOST_LIMITS.tags, LIMITS.tags),
  'notes.maxForgotten': whole(0, MOST_LIMITS.forgotten, LIMITS.forgotten),
  'sessions.maxSessions': whole(1, MOST_LIMITS.sessions, LIMITS.sessions),
  'sessions.maxMessages': whole(1, MOST_LIMITS.history, LIMITS.history),
  'sessions.maxMessageKilobytes': whole(
    1,
    MOST_LIMITS.messageBytes / KILOBYTE,
    LIMITS.messageBytes / KILOBYTE,
  ),
  'sessions.maxStateKilobytes': whole(1, MOST_LIMITS.stateBytes / KILOBYTE, LIMITS.stateBytes / KILOBYTE),
  'semantic.maxQuestions': whole(10, 100_000, 10_000),
  'providerCache.maxFiles': whole(1, 100_000, TRANSCRIPT_LIMITS.files),
  'providerCache.maxRequests': whole(1, 1_000_000, TRANSCRIPT_LIMITS.requests),
  'providerCache.maxRows': whole(1, 1000, TRANSCRIPT_LIMITS.rows),
  'providerCache.refreshSeconds': whole(1, 3600, TRANSCRIPT_LIMITS.freshMs / SECOND),
  'undo.maxInvalidations': whole(1, 1000, DEFAULT_UNDO_LIMITS.undos),
  'undo.maxEntries': whole(1, 500_000, DEFAULT_UNDO_LIMITS.entries),
  'undo.maxMegabytes': number(1, 65_536, DEFAULT_UNDO_LIMITS.bytes / MEGABYTE),
  'undo.maxHours': number(1, 720, DEFAULT_UNDO_LIMITS.ageMs / HOUR),
  'leases.maxLeases': whole(1, 100_000, DEFAULT_LEASE_LIMITS.leases),
  'leases.maxInputs': whole(1, 10_000_000, DEFAULT_LEASE_LIMITS.inputs),
  'leases.maxMinutes': number(1, 1440, DEFAULT_LEASE_LIMITS.lifetimeMs / MINUTE),
};

export const boundsSchema = z.strictObject(bounds);
export type Bounds = z.infer<typeof boundsSchema>;

/** The limits of an engine under these bounds. */
export function limitsOf(given: Bounds): Omit<Required<EngineLimits>, 'pressure'> {
  return {
    memory: { entries: given['memory.maxEntries'], bytes: given['memory.maxMegabytes'] * MEGABYTE },
    file: {
      maxBytes: given['fileLevel.maxMegabytes'] * MEGABYTE,
      cleanupMs: given['fileLevel.cleanupMinutes'] * MINUTE,
      writeBackMs: given['fileLevel.writeBackMs'],
    },
    notes: {
      notes: given['notes.maxNotes'],
      textBytes: given['notes.maxTextKilobytes'] * KILOBYTE,
      files: given['notes.maxFiles'],
      tags: given['notes.maxTags'],
      forgotten: given['notes.maxForgotten'],
      sessions: given['sessions.maxSessions'],
      history: given['sessions.maxMessages'],
      messageBytes: given['sessions.maxMessageKilobytes'] * KILOBYTE,
      stateBytes: given['sessions.maxStateKilobytes'] * KILOBYTE,
    },
    questions: given['semantic.maxQuestions'],
    transcripts: {
      files: given['providerCache.maxFiles'],
      requests: given['providerCache.maxRequests'],
      rows: given['providerCache.maxRows'],
      freshMs: given['providerCache.refreshSeconds'] * SECOND,
    },
    undo: {
      undos: given['undo.maxInvalidations'],
      entries: given['undo.maxEntries'],
      bytes: given['undo.maxMegabytes'] * MEGABYTE,
      ageMs: given['undo.maxHours'] * HOUR,
    },
    leases: {
      leases: given['leases.maxLeases'],
      inputs: given['leases.maxInputs'],
      lifetimeMs: given['leases.maxMinutes'] * MINUTE,
    },
    dependencies: given['freshness.maxDependencies'],
  };
}
