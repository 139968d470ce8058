import { hash } from 'node:crypto';
import { projectOf, type Unsigned } from '@rondel/contracts';
import type { AlgorithmHead, AlgorithmWork } from '../algorithms/algorithm-record.js';
import type { JobHead, JobWork, StageHead } from '../record/job-parts.js';

// What an API signs of what it writes to Redis, and what a worker makes of what it finds there, to compare the two.

type OfKind<K extends Unsigned['for']> = Extract<Unsigned, { readonly for: K }>;

export function jobToSign(head: JobHead, work: JobWork, place?: string): OfKind<'job'> {
  return {
    for: 'job',
    id: head.id,
    project: projectOf(head),
    ...(place !== undefined && { place }),
    stages: stagesToSign(head.stages),
    head: hashOfHead(head),
    work: hashOfWork(work),
    data: work.data,
  };
}

export function algorithmToSign(head: AlgorithmHead, work: AlgorithmWork): OfKind<'algorithm'> {
  const { v: _, ...said } = head as AlgorithmHead & { readonly v?: number };
  return {
    for: 'algorithm',
    id: head.id,
    project: projectOf(head),
    place: head.place,
    head: hashOfText(JSON.stringify(said)),
    work: hashOfWork(work),
  };
}

export interface QuestionFacts {
  readonly id: string;
  readonly worker: string;
  readonly project: string;
}

export function questionToSign(question: object, facts: QuestionFacts): OfKind<'question'> {
  return { for: 'question', ...facts, question: hashOfText(JSON.stringify(question)) };
}

/** The queue of a stage that is bound follows the worker of its algorithm. */
export function stagesToSign(stages: readonly StageHead[]): readonly StageHead[] {
  return stages.map((stage) => (stage.bound === true ? { ...stage, queue: '' } : stage));
}

/** All that a head says but its stages, which workers divide. */
function hashOfHead({ v: _, stages: __, ...said }: JobHead): string {
  return hashOfText(JSON.stringify(said));
}

/** What of the work stays as it is while workers divide the job. */
function lasting<T extends AlgorithmWork>({ blockSize: _, halvings: __, unlearnt: ___, ...work }: T) {
  return work;
}

export function lastingText(work: JobWork): string {
  return JSON.stringify(lasting(work));
}

function hashOfWork(work: AlgorithmWork & { readonly data?: unknown }): string {
  const { plan, planToml, data: _, ...said } = lasting(work);
  return hashOfText(JSON.stringify([hashOfPlan(plan, planToml), said]));
}

const hashesOfPlans = new WeakMap<object, { readonly toml: string; readonly hash: string }>();

/** An API has one plan for many jobs. */
function hashOfPlan(plan: JobWork['plan'], toml: string): string {
  const known = hashesOfPlans.get(plan);
  if (known?.toml === toml) return known.hash;
  const made = hashOfText(JSON.stringify([plan, toml]));
  hashesOfPlans.set(plan, { toml, hash: made });
  return made;
}

function hashOfText(text: string): string {
  return hash('sha256', text, 'base64url');
}
