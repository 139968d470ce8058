// What is shown and kept of references to data roots where names of files are hidden: the root, and that there is a path.

/** In the place of a path; no reference that leads anywhere has it. */
export const hiddenPath = '…';

const beginning = 'root://';
const root = String.raw`root:\/\/[A-Za-z0-9][A-Za-z0-9_-]{0,63}\/`;
/** Between quotes, as plans have it. */
const quoted = new RegExp(String.raw`(["'])(${root}(?:(?!\1)[^\n])+)\1`, 'g');
/** In the midst of a sentence nobody can tell where a path with spaces ends. */
const inSentence = new RegExp(`${root}[^\\s"'\`,;]*[^\\s"'\`,;.:)]`, 'g');
/** Beside a path a sentence may name a file of a stack, or one that another one links to. */
const dataFile = /(?<![A-Za-z0-9_=*/.-])[A-Za-z0-9_][^\s"'`:,;()=*?]*\.(?:tiff?|h5|hdf5?|nxs|npy|npz)(?![A-Za-z0-9])/gi;
/** What follows the name of a file, see `formatFragment`. */
const suffix = /#\/|\?(?:axes|unit|name|theta|slice|angle|detector|skip|binning)=/;
/** The name of a file that a reference does not have otherwise. */
const nameOption = /([?&]name=)[^?&#\s"'`]+/g;
/** Names that are shorter are hidden in references alone, as sentences may have them for another reason. */
const shortestName = 3;

/**
 * A value, as JSON has it, with no path of a data root in its texts. Where a text is nothing but a reference, its path and the
 * name of its file are hidden in the sentences beside it as well.
 *
 * @param beside Has references, too, and is not shown.
 */
export function hidePaths<T>(value: T, beside?: unknown): T {
  const references = new Set<string>();
  const note = (text: string) => {
    for (const each of referencesIn(text)) references.add(each);
    return text;
  };
  mapTexts([value, beside], note);
  const named = namesOf(references);
  return mapTexts(value, (text) => hidden(text, named)) as T;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, change)]));
}

/** What JSON has; not a stream. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hidden(told: string, named: RegExp | undefined): string {
  const text = told.includes('name=') ? told.replace(nameOption, `$1${hiddenPath}`) : told;
  if (isReference(text)) return hiddenReference(text);
  const isSentence = text.includes(' ') && !text.includes('\n');
  const known = isSentence && named ? text.replace(named, (_, before = '') => `${String(before)}${hiddenPath}`) : text;
  const others =
    isSentence && (known !== text || known.includes(beginning)) ? known.replace(dataFile, hiddenPath) : known;
  if (!others.includes(beginning)) return others;
  return others
    .replace(quoted, (_, quote: string, reference: string) => `${quote}${hiddenReference(reference)}${quote}`)
    .replace(inSentence, hiddenReference);
}

/** Sentences may begin with a reference, and end with a full stop. */
function isReference(text: string): boolean {
  return text.startsWith(beginning) && !(text.includes(' ') && text.endsWith('.')) && !text.includes('\n');
}

function referencesIn(text: string): string[] {
  if (!text.includes(beginning)) return [];
  return isReference(text) ? [text] : Array.from(text.matchAll(quoted), ([, , reference = '']) => reference);
}

function hiddenReference(reference: string): string {
  const { start, path, rest } = partsOf(reference);
  return path === '' ? reference : `${start}${hiddenPath}${rest}`;
}

function partsOf(reference: string) {
  const at = reference.indexOf('/', beginning.length) + 1;
  const location = at === 0 ? '' : reference.slice(at);
  const end = location.search(suffix);
  const path = end < 0 ? location : location.slice(0, end);
  return { start: reference.slice(0, at), path, rest: location.slice(path.length) };
}

/** Matches their paths, with the root before them, and the names of their files. */
function namesOf(references: ReadonlySet<string>): RegExp | undefined {
  const paths = Array.from(references, (reference) => partsOf(reference).path);
  const names = new Set(paths.flatMap((path) => [path, path.slice(path.lastIndexOf('/') + 1)]));
  const told = [...names].filter((name) => name.length >= shortestName && name !== hiddenPath);
  if (told.length === 0) return undefined;
  const some = told
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(${root})?(?<![A-Za-z0-9_-])(?:${some.join('|')})(?![A-Za-z0-9_-])`, 'g');
}
