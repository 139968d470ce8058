import type { EngineName, Failure, JsonValue, Preview, Progress, Provenance, Result, Warning } from '@rondel/contracts';
import type { SubjobInputs, SubjobOutput } from '@rondel/jobs';
import type { StepReport } from '@rondel/reco';
import type { Grants } from '@rondel/store';
import type { Continued } from '../run/ended-before.js';
import type { DivisionTerms } from './division-offer.js';
import type { SupervisorAnswer, SupervisorRequest } from './supervisor-requests.js';

/** What an executor needs to know once, when it starts. */
export interface ExecutorSettings {
  readonly storeDirectory: string;
  /** Data root name to folder. */
  readonly roots: Readonly<Record<string, string>>;
  /** What of them each project may read; absent: see `Grants`. */
  readonly grants?: Grants;
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. */
  readonly packages: readonly string[];
  readonly engine: EngineName | 'auto';
  /** Threads that one job computes with; absent: the engine decides. */
  readonly threads?: number;
  /** Least distance of two checkpoints of a step; absent: 10. */
  readonly checkpointSeconds?: number;
  /** Memory that the jobs of all slots may take; absent: what the device and the machine have. */
  readonly memoryBytes?: number;
  /** Variables of the environment that its packages need beside those that every executor gets; absent: none. */
  readonly environmentNames?: readonly string[];
  /** Executors that share the memory; absent: this is the only one. */
  readonly slots?: number;
}

/** The engine that an executor opened, as heartbeats and provenance show it. */
export interface EngineFacts {
  readonly name: EngineName;
  readonly version: string;
  readonly device: string;
  /** Memory that one job may take, see `MemoryRoom`. */
  readonly memoryBytes: number;
  /** The same of the machine's memory; differs where the device has its own. */
  readonly hostBytes: number;
  /** The device has a memory of its own, of which nothing tells how much a run takes. */
  readonly ownMemory: boolean;
  readonly threads: number;
}

/** One job to run. Arrays are named, never carried. */
export interface RunRequest {
  readonly job: string;
  /** How often the job was run again after it had ended: its parts lie apart for each run. */
  readonly run: number;
  /** Which attempt at the part it is, counted from 1. */
  readonly attempt: number;
  readonly worker: string;
  /** Whose data roots it may read; `default` unless given. */
  readonly project?: string;
  /** The job must not have ended, but for the run that this one follows; absent: nobody has signed which one that is. */
  readonly signed?: { readonly continues?: Continued };
  readonly plan: Readonly<Record<string, JsonValue>>;
  readonly planToml: string;
  readonly planSha256: string;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly data: Readonly<Record<string, string>>;
  /** The most that an array may have which the run writes; absent: there is no bound. */
  readonly maxOutputBytes?: number;
  /** The first warning ends the run. */
  readonly strict?: boolean;
  /** Somebody waits for it, and may want the same with other values next: results of steps are held in memory. */
  readonly interactive?: boolean;
  /** What was doubtful before anything was computed, see `JobHead`. */
  readonly warnings?: readonly Warning[];
  readonly part: RunPart;
  /** By how much estimates of step types fell short on this worker, see `MemoryRoom`. */
  readonly memoryFactors?: Readonly<Record<string, number>>;
}

/** Which part of the plan this run is. */
export interface RunPart {
  /** `<stage>.<block>` */
  readonly subjob: string;
  /** Paths of the steps to run; none for a part that only reads and divides, or joins. */
  readonly steps: readonly string[];
  readonly inputs: SubjobInputs;
  /** What its inputs must be, wherever they are named; absent: nobody knows. */
  readonly follows?: Follows;
  /**
   * `image`: publish the job's result. `dataset`: leave all for the next stage. `blocks`: leave it divided. `halo`:
   * neighbours that the stages after this one need on either side of a block.
   */
  readonly leaves:
    | { readonly kind: 'image' }
    | { readonly kind: 'dataset'; readonly halo: number }
    | {
        readonly kind: 'blocks';
        readonly axis: string;
        readonly size?: number;
        readonly halvings?: number;
        readonly halo: number;
        /** The blocks will read the raw data themselves, so it is only said which part is whose. */
        readonly byReference: boolean;
      };
  /** How the executor may divide the part by itself; absent: it must not. */
  readonly division?: DivisionTerms;
  /** Whether the job has other parts, so that provenance says where each ran. */
  readonly alone: boolean;
}

/** The sub-jobs before a part of the plan. */
export interface Follows {
  /** Paths of all steps that have run then, in their order. */
  readonly steps: readonly string[];
  /** The part takes all that they have left, not one block of it. */
  readonly whole: boolean;
}

/** An algorithm to build before its first input comes. */
export interface BuildRequest {
  /** Whose data roots it may read; `default` unless given. */
  readonly project?: string;
  readonly plan: RunRequest['plan'];
  /** Paths of the steps of each part that inputs will run here. */
  readonly stages: readonly (readonly string[])[];
}

export type RunResult =
  | { readonly kind: 'image'; readonly result: Result; readonly provenance: Provenance }
  | { readonly kind: 'part'; readonly output: SubjobOutput };

/**
 * Version of what supervisor and executors tell each other, said with the first message of each; without one it is the first. It
 * grows when whoever doesn't know the new form would go wrong. Both come with one installation, but a supervisor that runs on
 * while it is replaced starts executors of another one.
 */
export const messageVersion = 2;

export type ToExecutor =
  | { readonly kind: 'start'; readonly settings: ExecutorSettings; readonly v?: number }
  | { readonly kind: 'run'; readonly request: RunRequest }
  | { readonly kind: 'build'; readonly request: BuildRequest }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: SupervisorAnswer };

/** An executor sends lists of these, see `openBatchedMessages`. */
export type FromExecutor =
  | {
      readonly kind: 'ready';
      readonly engine: EngineFacts;
      readonly packages: Readonly<Record<string, string>>;
      readonly v?: number;
    }
  /** `v` where it is the supervisor's version of messages that it does not know. */
  | { readonly kind: 'unusable'; readonly failure: Failure; readonly v?: number }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'preview'; readonly preview: Preview }
  | { readonly kind: 'step'; readonly step: StepReport }
  | { readonly kind: 'warning'; readonly warning: Warning }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: SupervisorRequest }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly kind: 'done'; readonly outcome: RunResult }
  | { readonly kind: 'built' }
  | { readonly kind: 'failed'; readonly failure: Failure };
