import { RondelError } from '@rondel/contracts';
import { parseAssignment } from '@rondel/plan';

/** What a line typed into `rondel try` asks for. */
export type TrialLine =
  | { readonly kind: 'set'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unset'; readonly names: readonly string[] }
  | { readonly kind: 'slice'; readonly slice: number }
  | { readonly kind: 'show' }
  | { readonly kind: 'again' }
  | { readonly kind: 'help' }
  | { readonly kind: 'end' };

export const trialHelp = [
  'name=value ...   set properties and compute the slice again; values without blanks, or one of them in quotes or brackets',
  'stage=Type       put in a stage that the plan leaves out, such as rings=RingRemovalParameters',
  'unset name ...   leave properties as the plan has them',
  'slice N          look at another slice, from 0',
  'show             what is set now, as options of rondel submit',
  'an empty line    compute again',
  'end              or Ctrl-D',
];

const words = { show: { kind: 'show' }, help: { kind: 'help' }, '?': { kind: 'help' }, end: { kind: 'end' } } as const;
const synonyms = { quit: 'end', exit: 'end' } as const;

/** Throws `INVALID_REQUEST` for what is none of these. */
export function readTrialLine(line: string): TrialLine {
  const text = line.trim();
  if (text === '') return { kind: 'again' };
  const [first = '', ...rest] = partsOf(text);
  const word = Object.hasOwn(synonyms, first) ? synonyms[first as keyof typeof synonyms] : first;
  if (rest.length === 0 && Object.hasOwn(words, word)) return words[word as keyof typeof words];
  if (first === 'unset' && rest.length > 0) return { kind: 'unset', names: rest };
  if (first === 'slice' && rest.length === 1 && /^\d{1,7}$/.test(rest[0] ?? '')) {
    return { kind: 'slice', slice: Number(rest[0]) };
  }
  const parts = [first, ...rest];
  if (!parts.every((part) => part.includes('='))) {
    throw new RondelError(
      'INVALID_REQUEST',
      `"${text.slice(0, 100)}" is no name=value. Type "help" for what there is.`,
    );
  }
  const emptied = parts.find((part) => part.endsWith('=') && part.indexOf('=') === part.length - 1);
  if (emptied !== undefined) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${emptied.slice(0, 100)} has no value. Type "unset ${emptied.slice(0, -1).slice(0, 99)}" to leave it as the plan has it, or give one.`,
    );
  }
  return {
    kind: 'set',
    values: Object.fromEntries(parts.map(parseAssignment).map(({ name, value }) => [name, value])),
  };
}

/** Splits at blanks that are in no quotes and no brackets. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  let depth = 0;
  for (const character of text) {
    if (quote === '' && depth === 0 && /\s/.test(character)) {
      if (part !== '') parts.push(part);
      part = '';
      continue;
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
    part += character;
  }
  return part === '' ? parts : [...parts, part];
}
