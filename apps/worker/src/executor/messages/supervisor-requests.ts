import { RondelError } from '@rondel/contracts';
import type { KeptResult, WantedResult } from '@rondel/jobs';
import type { RequestDivision, DivisionAnswer, DivisionOffer } from './division-offer.js';

/** A result that an executor has computed and put into the store. */
export interface ComputedResult extends WantedResult {
  readonly document: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly maxsize: number;
  readonly family?: string | undefined;
  readonly data: KeptResult['data'];
}

/** What an executor asks its supervisor, which alone speaks with the index of kept results. */
export type ResultRequest =
  /** `step` is for whoever watches the job while it has to wait. */
  | { readonly kind: 'claim'; readonly wanted: WantedResult; readonly step: { path: string; type: string } }
  | { readonly kind: 'keep'; readonly computed: ComputedResult }
  | { readonly kind: 'release'; readonly key: string }
  | { readonly kind: 'drop'; readonly key: string; readonly document: string; readonly reason: string };

export type ResultAnswer =
  | { readonly kind: 'hit'; readonly result: KeptResult }
  | { readonly kind: 'compute'; readonly reason: string }
  /** `problem` says why it was not kept. */
  | { readonly kind: 'kept'; readonly problem?: string }
  | { readonly kind: 'done' };

export type RequestResult = (ask: ResultRequest) => Promise<ResultAnswer>;

export type SupervisorRequest = ResultRequest | DivisionOffer;
export type SupervisorAnswer = ResultAnswer | DivisionAnswer;
export type RequestSupervisor = (ask: SupervisorRequest) => Promise<SupervisorAnswer>;

/** Answers that are on their way from the supervisor. */
export interface PendingRequests {
  readonly ask: RequestResult;
  readonly askDivision: RequestDivision;
  /** The answer to the question of that number has come. */
  settle(id: number, answer: SupervisorAnswer): void;
}

export function openSupervisorRequests(send: (id: number, ask: SupervisorRequest) => void): PendingRequests {
  const waiting = new Map<number, (answer: SupervisorAnswer) => void>();
  let last = 0;
  const ask: RequestSupervisor = (question) =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      send(last, question);
    });
  return {
    async ask(question) {
      const answer = await ask(question);
      if (isOfDivision(answer)) throw unexpected(question, answer);
      return answer;
    },
    async askDivision(offer) {
      const answer = await ask(offer);
      if (isOfDivision(answer)) return answer;
      throw unexpected(offer, answer);
    },
    settle(id, answer) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}

function isOfDivision(answer: SupervisorAnswer): answer is DivisionAnswer {
  return answer.kind === 'whole' || answer.kind === 'divided';
}

function unexpected(ask: SupervisorRequest, answer: SupervisorAnswer): RondelError {
  return new RondelError('INTERNAL', `The supervisor answered "${ask.kind}" with "${answer.kind}".`);
}
