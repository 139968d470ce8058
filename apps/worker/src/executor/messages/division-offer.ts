import type { DividedStep, JobStage } from '@rondel/reco';

/** The most blocks that there may be. */
export const mostBlocks = 256;

/** A run that could go on in blocks, as its executor tells the supervisor. */
export interface DivisionOffer {
  readonly kind: 'divide';
  /** What the run has done; it leaves blocks of what came out. */
  readonly done: JobStage['steps'];
  /** What it has not. */
  readonly rest: readonly DividedStep[];
  readonly axis: string;
  /** Entries along the axis. */
  readonly extent: number;
  /** Most entries of a block, at least one. */
  readonly most: number;
  /** Neighbours that the divided steps together need on either side of a block. */
  readonly halo: number;
  /** Why it cannot go on whole; absent: it can, but it is large. */
  readonly problem?: string;
}

export type DivisionAnswer = { readonly kind: 'whole' } | { readonly kind: 'divided'; readonly size: number };

export type RequestDivision = (offer: DivisionOffer) => Promise<DivisionAnswer>;

/** How a run that nobody has split may be divided. */
export interface DivisionTerms {
  /** Data of fewer bytes is left whole where it fits. */
  readonly fromBytes: number;
  /** See `JobWork`. */
  readonly halvings: number;
}
