import { joinWarnings, settledWarnings, strictFailure, type CarriedWarning, type Warning } from '@rondel/contracts';

/** What a run is warned of, wherever that comes from. */
export interface HeardWarnings {
  /**
   * Passes on what is new. What a block has counted is left for the end, when the whole is known. Throws `STRICT_WARNING`
   * for the first one of a strict job, which has been passed on then.
   */
  readonly add: (warnings: readonly CarriedWarning[] | undefined, seen?: { readonly inBlock: boolean }) => void;
}

export function hearWarnings(
  { strict = false }: { readonly strict?: boolean | undefined },
  tell: (warning: Warning) => void,
): HeardWarnings {
  let heard: readonly Warning[] = [];
  return {
    add(warnings = [], { inBlock } = { inBlock: false }) {
      const told = inBlock ? warnings.filter(({ amount }) => amount === undefined) : warnings;
      const all = joinWarnings(heard, settledWarnings(told));
      for (const warning of all.slice(heard.length)) {
        heard = [...heard, warning];
        tell(warning);
        if (strict) throw strictFailure(warning);
      }
    },
  };
}

/**
 * The warnings of an image in an order that does not depend on how it was computed, in one piece or in blocks: those of
 * plan and data, then those of each step in the order of the plan.
 *
 * @param steps Paths of the steps, in their order.
 */
export function inOrder(warnings: readonly Warning[], steps: readonly string[]): Warning[] {
  const place = ({ step }: Warning) => (step === undefined ? -1 : steps.indexOf(step));
  const text = ({ path = '', code, message }: Warning) => [path, code, message].join('\n');
  return [...warnings].sort((a, b) => place(a) - place(b) || (text(a) < text(b) ? -1 : 1));
}
