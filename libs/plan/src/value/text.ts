/** Characters of a foreign value that a message repeats. */
const previewLength = 60;

/** Text cut to what a message can hold, marked when cut. */
export function cut(text: string, length: number = previewLength): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Characters that would move a terminal's cursor, or make text read otherwise than it is. */
const invisible = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Foreign text on one line, with `\\uXXXX` for characters that could play tricks on a terminal. */
export function harmless(text: string): string {
  return text.replace(invisible, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Text in double quotes as JSON and TOML read it, everything invisible escaped. */
export function quoted(text: string): string {
  return harmless(JSON.stringify(text));
}

/** Foreign text in double quotes, cut to what a message can hold. */
export function quote(text: string): string {
  return quoted(cut(text));
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  return joined(words, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return joined(words, 'and');
}

function joined(words: readonly string[], last: string): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.slice(-1).join('')}`;
}
