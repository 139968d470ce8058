import { formatPlanTree, parsePlan, type PlanLine } from '@rondel/plan';
import { useQuery } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';

/** The exact plan of a job: as a tree, or as the file that gives the same image again. */
export function PlanTree({ id }: { readonly id: string }) {
  const server = useServer();
  const names = useNames();
  const [asFile, setAsFile] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['plan', id],
    queryFn: ({ signal }) => server.jobPlan(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const lines = useMemo(
    () => (data === undefined ? [] : formatPlanTree(parsePlan(data.plan, { format: 'toml' }))),
    [data],
  );
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <p class="empty">Loading ...</p>;
  const shown = lines.map((line) => ({ ...line, text: names.inPlan(line.text) }));
  const set = new Set(Object.keys(data.parameters).map((name) => name.split('.').at(-1)));
  return (
    <>
      {asFile ? (
        <pre class="toml">{names.inPlan(data.plan)}</pre>
      ) : (
        <Tree lines={shown} set={set} title="Set by the submission" />
      )}
      <button type="button" class="small" onClick={() => setAsFile(!asFile)}>
        {asFile ? 'Show as a tree' : 'Show as TOML'}
      </button>
    </>
  );
}

interface TreeProps {
  readonly lines: readonly PlanLine[];
  /** Names of the properties that are marked. */
  readonly set: ReadonlySet<string | undefined>;
  /** What is said of those. */
  readonly title: string;
}

/** A plan as lines, some of them marked. */
export function Tree({ lines, set, title }: TreeProps) {
  return (
    <ul class="tree" role="tree" aria-label="Plan">
      {lines.map(({ depth, text, kind }, position) => {
        const isSet = kind === 'value' && set.has(text.split(' = ')[0]);
        return (
          <li
            key={position}
            role="treeitem"
            aria-level={depth + 1}
            class={`line line-${kind}${isSet ? ' line-set' : ''} depth-${Math.min(depth, 8)}`}
            title={isSet ? title : undefined}
          >
            {text}
          </li>
        );
      })}
    </ul>
  );
}
