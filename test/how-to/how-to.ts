export interface StartBlock {
  readonly kind: 'start';
  readonly environment: NodeJS.ProcessEnv;
  readonly parameters: readonly string[];
}

/** What a fenced block of a how-to asks for. */
export type Block =
  | StartBlock
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'excerpt'; readonly name: string; readonly text: string }
  | { readonly kind: 'commands'; readonly text: string; readonly exitCode: number; readonly prints?: RegExp };

const fence = /^```(\w+)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm;

/**
 * The blocks of a how-to, in order:
 *
 * - `sh start` starts Rondel, as `npx rondel up` with variables before it.
 * - `sh`, `sh exit=2`: commands and the code that the last one ends with.
 * - `text` after commands: what they print on standard output, or else on standard error; `...` stands for anything.
 * - `js`, `toml`: a file with the name in the comment on its first line; with `from=PATH` a part of a file that is there.
 */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const [, language = '', words = '', text = ''] of markdown.matchAll(fence)) {
    const last = blocks.at(-1);
    if (language !== 'text') blocks.push(blockOf(language, words, text));
    else if (last?.kind === 'commands') blocks.splice(-1, 1, { ...last, prints: patternOf(text) });
    else throw new Error(`A text block must follow commands: ${text}`);
  }
  return blocks;
}

function blockOf(language: string, words: string, text: string): Block {
  if (language === 'sh' && words === 'start') return startOf(text.trim());
  if (language === 'sh') return { kind: 'commands', text, exitCode: Number(/^exit=(\d)$/.exec(words)?.[1] ?? 0) };
  const excerpt = /^from=(\S+)$/.exec(words)?.[1];
  if (excerpt !== undefined) return { kind: 'excerpt', name: excerpt, text };
  const name = /^(?:\/\/|#) (\S+)\n/.exec(text)?.[1];
  if (name === undefined) throw new Error(`A ${language} block must begin with a comment that names its file: ${text}`);
  return { kind: 'file', name, text };
}

function startOf(line: string): StartBlock {
  const [, assignments, parameters] = /^((?:\w+=\S+ )*)npx rondel (up.*)$/.exec(line) ?? [];
  if (assignments === undefined || parameters === undefined) throw new Error(`This does not start Rondel: ${line}`);
  return {
    kind: 'start',
    environment: Object.fromEntries(
      [...assignments.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value]) => [name, value]),
    ),
    parameters: parameters.split(' '),
  };
}

/** Columns may be wider or narrower, as ids and numbers in them are. */
function patternOf(text: string): RegExp {
  const pattern = text
    .trim()
    .replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')
    .replaceAll('\\.\\.\\.', '.*')
    .replace(/^\.\*$/gm, '[^]*')
    .replace(/ {2,}/g, ' {2,}');
  return new RegExp(`^${pattern}$`);
}
