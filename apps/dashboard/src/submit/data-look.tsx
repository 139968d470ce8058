import type { DataInfo } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { bytesText, valueText } from '../display/quantity.js';
import { useServer } from '../server/server-context.js';
import { WarningPanel } from '../warnings/warning-panel.js';
import { artifactOf } from './missing-data.js';

/** What the file holds, before it is submitted; nothing for data that only workers can read. */
export function DataLook({ reference }: { readonly reference: string }) {
  const server = useServer();
  const artifact = artifactOf(reference);
  const { data, error, isFetching } = useQuery({
    queryKey: ['data info', artifact?.sha256, artifact?.dataset],
    queryFn: ({ signal }) => server.dataInfo(artifact?.sha256 ?? '', { dataset: artifact?.dataset, signal }),
    enabled: artifact !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (artifact === undefined) {
    return reference.startsWith('root://') ? (
      <p class="faint">It lies where the workers are: they look at it when they run the job.</p>
    ) : null;
  }
  if (isFetching) return <p class="faint">Looking at the file ...</p>;
  if (error !== null) return <ErrorText error={error} />;
  return data === undefined ? null : <Look info={data} />;
}

function Look({ info }: { readonly info: DataInfo }) {
  const { format, bytes, plane, companions, warnings, links } = info;
  return (
    <section class="look" aria-label="What the file holds">
      {links !== undefined && <img src={links.picture} alt={`One plane of the data, ${planeText(info)}`} />}
      <dl class="facts">
        <dt>Format</dt>
        <dd>
          {format}, {bytesText(bytes)}
        </dd>
        <dt>Array</dt>
        <dd>{arrayText(info)}</dd>
        {Object.entries(companions).map(([name, array]) => (
          <Companion key={name} name={name} text={arrayText(array)} />
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
      {warnings !== undefined && <WarningPanel warnings={warnings} />}
    </section>
  );
}

function Companion({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function arrayText({ shape, dtype, axes }: Pick<DataInfo, 'shape' | 'dtype' | 'axes'>): string {
  return `${shape.join(' × ')} ${dtype}${axes === undefined ? ', axes not named' : ` [${axes.join(', ')}]`}`;
}

/** Counted from 1, as people count. */
function planeText({ plane, axes, shape }: DataInfo): string {
  if (plane?.at === undefined) return 'all of it';
  return `${axes?.at(-3) ?? 'plane'} ${plane.at + 1} of ${shape.at(-3) ?? 1}`;
}
