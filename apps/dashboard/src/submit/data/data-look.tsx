import { mdfInWords, toFailure, type DataInfo } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { ErrorText } from '../../display/error-text.js';
import { bytesText, valueText } from '../../display/quantity.js';
import { useNames } from '../../names/names-context.js';
import { useServer } from '../../server/server-context.js';
import { WarningPanel } from '../../warnings/warning-panel.js';
import { artifactOf, isInRoot, lookAt } from './missing-data.js';

/** Nobody is asked while a reference is typed. */
const typingMs = 300;

/** What the file holds, before it is submitted; of one where the workers are, why it is not looked at while none can. */
export function DataLook({ reference: typed }: { readonly reference: string }) {
  const server = useServer();
  const names = useNames();
  const reference = useSettled(typed);
  const inRoot = isInRoot(reference);
  const isFile = inRoot || artifactOf(reference) !== undefined;
  const { data, error, isFetching } = useQuery({
    queryKey: ['data info', reference.trim()],
    queryFn: ({ signal }) => lookAt(server, reference, signal),
    enabled: isFile,
    // What lies in a data root may change; uploaded files never do.
    staleTime: inRoot ? 20_000 : Number.POSITIVE_INFINITY,
  });
  if (!isFile) return null;
  if (isFetching) return <p class="faint">Looking at the file ...</p>;
  if (error !== null && inRoot && !toFailure(error).code.startsWith('DATA_')) {
    return <p class="faint">It was not looked at, the job does that first: {names.in(toFailure(error).message)}</p>;
  }
  if (error !== null) return <ErrorText error={error} />;
  return data === undefined ? null : <Look info={data} />;
}

/** A text that is typed, a moment after the last letter. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function Look({ info }: { readonly info: DataInfo }) {
  const names = useNames();
  const { format, bytes, plane, companions, mdf, warnings, links } = info;
  return (
    <section class="look" aria-label="What the file holds">
      {links !== undefined && <img src={links.picture} alt={`One plane of the data, ${planeText(info)}`} />}
      <dl class="facts">
        <dt>Format</dt>
        <dd>
          {format}, {bytesText(bytes)}
        </dd>
        {mdf !== undefined &&
          Object.entries(mdfInWords(mdf)).map(([name, text]) => <Fact key={name} name={capital(name)} text={text} />)}
        <dt>Array</dt>
        <dd>{arrayText(info)}</dd>
        {Object.entries(companions).map(([name, array]) => (
          <Fact key={name} name={name} text={arrayText(array)} />
        ))}
        {plane !== undefined && (
          <>
            <dt>Values</dt>
            <dd>
              {plane.min === undefined || plane.max === undefined
                ? 'none that is finite'
                : `${valueText(plane.min)} to ${valueText(plane.max)}`}{' '}
              <span class="faint">in {planeText(info)}</span>
              {!plane.finite && <span class="warn-text"> with values that are not finite</span>}
            </dd>
          </>
        )}
      </dl>
      <WarningPanel warnings={names.inWarnings(warnings)} />
    </section>
  );
}

/** A name and what there is to say of it. */
function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function arrayText({ shape, dtype, axes }: Pick<DataInfo, 'shape' | 'dtype' | 'axes'>): string {
  return `${shape.join(' × ')} ${dtype}${axes === undefined ? ', axes not named' : ` [${axes.join(', ')}]`}`;
}

/** Counted from 1, as people count. */
function planeText({ plane, axes, shape }: DataInfo): string {
  if (plane?.at === undefined) return 'all of it';
  return `${axes?.at(-3) ?? 'plane'} ${plane.at + 1} of ${shape.at(-3) ?? 1}`;
}
