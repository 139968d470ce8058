import type { EngineName, Failure, JsonValue, Preview, Progress, Provenance, Result } from '@rondel/contracts';
import type { LegInputs, LegOutput } from '@rondel/jobs';
import type { StepReport } from '@rondel/reco';
import type { ResultAnswer, ResultAsk } from './result-asks.js';

/** What an executor needs to know once, when it starts. */
export interface ExecutorSettings {
  readonly storeDirectory: string;
  /** Data root name to folder. */
  readonly roots: Readonly<Record<string, string>>;
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. */
  readonly packages: readonly string[];
  readonly engine: EngineName | 'auto';
  /** Threads that one job computes with; absent: the engine decides. */
  readonly threads?: number;
  /** Least distance of two checkpoints of a step; absent: 10. */
  readonly checkpointSeconds?: number;
}

/** The engine that an executor opened, as heartbeats and provenance show it. */
export interface EngineFacts {
  readonly name: EngineName;
  readonly version: string;
  readonly device: string;
  readonly memoryBytes: number;
  readonly threads: number;
}

/** One job to run. Arrays are named, never carried. */
export interface RunRequest {
  readonly job: string;
  /** Which attempt at the part it is, counted from 1. */
  readonly attempt: number;
  readonly worker: string;
  readonly plan: Readonly<Record<string, JsonValue>>;
  readonly planToml: string;
  readonly planSha256: string;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly data: Readonly<Record<string, string>>;
  readonly part: RunPart;
}

/** Which part of the plan this run is. */
export interface RunPart {
  /** `<stage>.<block>` */
  readonly leg: string;
  /** Paths of the steps to run; none for a part that only reads and divides, or joins. */
  readonly steps: readonly string[];
  readonly inputs: LegInputs;
  /** `image`: publish the job's result. `dataset`: leave all for the next stage. `blocks`: leave it divided. */
  readonly leaves:
    | { readonly kind: 'image' }
    | { readonly kind: 'dataset' }
    | { readonly kind: 'blocks'; readonly axis: string; readonly size?: number };
  /** Whether the job has other parts, so that provenance says where each ran. */
  readonly alone: boolean;
}

export type RunResult =
  | { readonly kind: 'image'; readonly result: Result; readonly provenance: Provenance }
  | { readonly kind: 'part'; readonly output: LegOutput };

export type ToExecutor =
  | { readonly kind: 'start'; readonly settings: ExecutorSettings }
  | { readonly kind: 'run'; readonly request: RunRequest }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ResultAnswer };

export type FromExecutor =
  | { readonly kind: 'ready'; readonly engine: EngineFacts; readonly packages: Readonly<Record<string, string>> }
  | { readonly kind: 'unusable'; readonly failure: Failure }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'preview'; readonly preview: Preview }
  | { readonly kind: 'step'; readonly step: StepReport }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: ResultAsk }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly kind: 'done'; readonly outcome: RunResult }
  | { readonly kind: 'failed'; readonly failure: Failure };
