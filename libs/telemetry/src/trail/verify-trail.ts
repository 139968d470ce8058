import { Check } from '@rondel/contracts/schema';
import { keyedSeal, noHash, partsOf, plainSeal, type Seal } from './trail-chain.js';
import { TrailLineSchema, TrailOpeningSchema, type TrailLine, type TrailOpening } from './trail-entry.js';
import { parsedLine, type FileLine } from './trail-files.js';
import { groupedBy, wordsOf, type TrailProblem, type TrailSummary, type Witnessed } from './trail-report.js';

export interface TrailReader {
  /** @param isAlone Whether it is looked at without those before. */
  beginFile(name: string, file: number, isAlone?: boolean): void;
  line(line: FileLine): void;
  /** @param isRunningHere Whether the process of a trail is at work on this machine; undefined where that cannot be told. */
  end(isRunningHere: (opening: TrailOpening) => boolean | undefined): {
    readonly summary: TrailSummary;
    readonly problems: readonly TrailProblem[];
    readonly notes: readonly TrailProblem[];
  };
}

/** Of one trail so many are named. */
const mostProblems = 20;
/** Lines of a trail whose key can be worked out within seconds. */
const mostLines = 50_000_000;

interface Expectations {
  readonly trail: string;
  readonly key: Buffer | undefined;
  /** What others have seen of this trail. */
  readonly witnessed: readonly Witnessed[];
}

/** Tells what does not fit at a line of the present file, or at the file. */
type Tell = (cause: string, line?: number) => void;

/** Compares each line with the one that has to be there, whatever file it stands in. */
function openComparison({ trail, key, witnessed }: Expectations, tell: Tell) {
  const points = groupedBy(witnessed, ({ n }) => n);
  let opening: TrailOpening | undefined;
  let seal: Seal | undefined;
  let [expected, previous] = [0, noHash];
  let last: TrailLine | undefined;

  const sealOf = ({ seal: kind, n }: TrailOpening): Seal | undefined => {
    if (kind === 'sha256') return plainSeal();
    if (key === undefined) tell('was sealed with a key. Name the file that holds it with --key.');
    else if (n > mostLines) tell(`begins with entry ${n}, and no trail is that long.`);
    else return keyedSeal(key, trail, n);
    return undefined;
  };
  /** Each line has a key of its own: after one that is missing or another's, nothing is told by those that follow. */
  const giveUpKeys = () => {
    if (opening?.seal === 'hmac-sha256') seal = undefined;
  };
  const tellOfHash = ({ n, hash }: TrailLine, text: string, number: number) => {
    if (n > expected) {
      tell(`is entry ${n}: ${missing(expected, n - 1)} before it.`, number);
      giveUpKeys();
    } else if (n < expected) {
      tell(`is entry ${n}, which has been already: it was inserted or moved here.`, number);
    } else if (seal !== undefined && seal(previous, text) !== hash) {
      tell('does not have the hash that it should: it was changed, or stands in place of another.', number);
      giveUpKeys();
    }
    const other = points.get(n)?.find((point) => point.hash !== hash);
    if (other !== undefined)
      tell(`is not what ${wordsOf(other)} had seen as entry ${n}: the trail was written anew.`, number);
  };
  return {
    opening: () => opening,
    expected: () => expected,
    last: () => last,
    /** The first line of a file; of the first file that is looked at it says how all of them were sealed. */
    begin(value: TrailOpening, isAlone: boolean) {
      if (opening !== undefined) return;
      opening = value;
      if (isAlone) [expected, previous] = [value.n, value.previous];
      seal = sealOf(value);
    },
    compare(value: TrailLine, text: string, number: number) {
      if (last?.what === 'trail.end') tell('comes after the end of the trail.', number);
      tellOfHash(value, text, number);
      if (value.n >= expected) [expected, previous] = [value.n + 1, value.hash];
      last = value;
    },
  };
}

/** Follows the lines of one trail through its files. */
export function openTrailReader(expectations: Expectations): TrailReader {
  const { trail } = expectations;
  const [problems, notes]: [TrailProblem[], TrailProblem[]] = [[], []];
  let [name, file, lines, isAlone, isFirst] = [trail, 0, 0, false, true];
  let torn: TrailProblem | undefined;
  let from: string | undefined;
  const tell: Tell = (cause, line) => {
    if (problems.length < mostProblems) problems.push({ file: name, ...(line !== undefined && { line }), cause });
  };
  const chain = openComparison(expectations, tell);
  const begin = (value: TrailOpening, number: number) => {
    if (value.trail !== trail || value.file !== file)
      tell(`begins file ${value.file} of ${value.trail}: it was renamed or moved.`, number);
    chain.begin(value, isAlone);
  };
  return {
    beginFile(next, number, alone = false) {
      if (torn !== undefined) problems.push(torn);
      const before = file;
      [name, file, isFirst, torn, isAlone] = [next, number, true, undefined, alone];
      if (!alone && number !== before + 1) tell(`is file ${number} of its trail, and file ${before + 1} is not there.`);
    },
    line({ number, text, isWhole }) {
      if (!isWhole) {
        torn = { file: name, line: number, cause: `is not complete (${Buffer.byteLength(text)} bytes).` };
        return;
      }
      lines += 1;
      const [value, parts] = [parsedLine(text), partsOf(text)];
      if (parts === undefined || !Check(TrailLineSchema, value)) {
        tell('is no line of a trail.', number);
        return;
      }
      const isOpening = value.what.startsWith('trail.') && Check(TrailOpeningSchema, value);
      if (isOpening !== isFirst)
        tell(
          isFirst ? 'does not begin a file: what stood before was cut off.' : 'begins a file in the midst of one.',
          number,
        );
      if (isOpening) begin(value, number);
      isFirst = false;
      from ??= value.at;
      chain.compare(value, parts.text, number);
    },
    end(isRunningHere) {
      const state = endOf({ ...expectations, chain, torn, file: name, isRunningHere }, { tell, notes });
      const last = chain.last();
      const summary: TrailSummary = {
        trail,
        files: file,
        lines,
        ...(from !== undefined && { from }),
        ...(last !== undefined && { to: last.at, head: { trail, n: last.n, hash: last.hash } }),
        state,
        sealed: chain.opening()?.seal === 'hmac-sha256',
      };
      return { summary, problems, notes };
    },
  };
}

interface TrailEnd extends Expectations {
  readonly chain: ReturnType<typeof openComparison>;
  /** A last line that nothing ends. */
  readonly torn: TrailProblem | undefined;
  /** Name of the last file. */
  readonly file: string;
  readonly isRunningHere: (opening: TrailOpening) => boolean | undefined;
}

/** What is to be said of how a trail ends. */
function endOf(
  { key, witnessed, chain, torn, file, isRunningHere }: TrailEnd,
  { tell, notes }: { readonly tell: Tell; readonly notes: TrailProblem[] },
): TrailSummary['state'] {
  const [end, opening] = [chain.expected() - 1, chain.opening()];
  const cut = [...witnessed].sort((a, b) => b.n - a.n).find(({ n }) => n > end);
  if (cut !== undefined)
    tell(`ends with entry ${end}, and ${wordsOf(cut)} had seen entry ${cut.n}: its end was cut off.`);
  const sawEnd = witnessed.find(({ n }) => n === end);
  const running = opening && isRunningHere(opening);
  const state = stateOf({ last: chain.last(), sawEnd, running });
  if (torn !== undefined && state === 'ended') tell(`${torn.cause} It comes after the end of the trail.`, torn.line);
  else if (torn !== undefined)
    notes.push({ ...torn, cause: `${torn.cause} Its process was killed while it wrote, or writes it now.` });
  if (state === 'killed' && sawEnd !== undefined)
    notes.push({ file, cause: `has no last line: its process was killed. ${wordsOf(sawEnd)} had seen it end so.` });
  const unended = 'has no last line: its process was killed, or its end was cut off.';
  if (state === 'open' && running === false)
    tell(`${unended} No process ${opening?.pid ?? ''} runs here, and none that began later has seen how it ended.`);
  else if (state === 'open') notes.push({ file, cause: `${unended} Or it runs, which only its machine can tell.` });
  if (key !== undefined && opening?.seal === 'sha256' && sawEnd === undefined)
    tell('was not sealed with the key, and no other trail has seen how it ended.');
  return state;
}

function stateOf({
  last,
  sawEnd,
  running,
}: {
  last: TrailLine | undefined;
  sawEnd: Witnessed | undefined;
  running: boolean | undefined;
}): TrailSummary['state'] {
  if (last?.what === 'trail.end') return 'ended';
  if (running === true) return 'running';
  return sawEnd === undefined ? 'open' : 'killed';
}

function missing(first: number, last: number): string {
  return first === last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`;
}
