import type { KeptResult, WantedResult } from '@rondel/jobs';

/** A result that an executor has computed and put into the store. */
export interface ComputedResult extends WantedResult {
  readonly document: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly maxsize: number;
  readonly data: KeptResult['data'];
}

/** What an executor asks its supervisor, which alone speaks with the index of kept results. */
export type ResultAsk =
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

export type AskForResult = (ask: ResultAsk) => Promise<ResultAnswer>;

/** Answers that are on their way from the supervisor. */
export interface PendingAsks {
  readonly ask: AskForResult;
  /** The answer to the question of that number has come. */
  settle(id: number, answer: ResultAnswer): void;
}

export function openAsks(send: (id: number, ask: ResultAsk) => void): PendingAsks {
  const waiting = new Map<number, (answer: ResultAnswer) => void>();
  let last = 0;
  return {
    ask: (ask) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        send(last, ask);
      }),
    settle(id, answer) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}
