import type { BuildAnswer, Catalog } from '@rondel/contracts';
import { formatPlanTree, valueAt } from '@rondel/plan';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { useMay } from '../access/access-context.js';
import { ErrorText } from '../display/error-text.js';
import { typeTitle } from '../display/type-title.js';
import { Panel } from '../display/panel.js';
import { Tree } from '../job/plan-tree.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';
import { formOfPlan } from '../fields/plan-fields.js';
import { valueWords } from '../sweeps/sweep-layout.js';
import { SessionActions } from './session-actions.js';
import { SessionField } from './session-field.js';
import { useLivePlan, type LoggedChange, type OpenPlan } from './use-live-plan.js';

interface SessionPageProps {
  readonly id: string;
  /** The job with whose data and options it is to be submitted. */
  readonly job: string | undefined;
}

/** A plan that several people can look at and change at the same time. */
export function SessionPage({ id, job }: SessionPageProps) {
  const server = useServer();
  const { open, error } = useLivePlan(id);
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: ({ signal }) => server.catalog({ signal }) });
  if (open === undefined || catalog.data === undefined) {
    const reason = error ?? catalog.error ?? undefined;
    return reason === undefined ? <p class="empty">Loading plan {id} ...</p> : <ErrorText error={reason} />;
  }
  return <SessionView open={open} catalog={catalog.data} gone={error} job={job} />;
}

interface SessionViewProps {
  readonly open: OpenPlan;
  readonly catalog: Catalog;
  /** What ended the session; what is shown is its last state then. */
  readonly gone: unknown;
  readonly job: string | undefined;
}

function SessionView({ open, catalog, gone, job }: SessionViewProps) {
  const names = useNames();
  const mayChange = useMay('submitter');
  const { live, tree, version, changes } = open;
  const { data: build } = useQuery({
    queryKey: ['build', live.id, version],
    queryFn: ({ signal }) => live.build({ signal }),
    placeholderData: keepPreviousData,
    enabled: gone === undefined,
  });
  const groups = useMemo(() => formOfPlan(tree, catalog), [tree, catalog]);
  const lines = useMemo(() => formatPlanTree(tree, catalog), [tree, catalog]);
  const problems = problemsIn(build);
  const latest = new Set(changes.slice(0, 1).map(({ path }) => path.split('.').at(-1)));
  return (
    <>
      <div class="page-head">
        <h1 title={tree.type}>{typeTitle(tree.type)}</h1>
        <span class="faint mono">{live.id}</span>
        <span class="faint" role="status">
          version {version}
        </span>
        <span class="spacer" />
        {gone === undefined && <SessionActions live={live} job={job} />}
      </div>
      {gone !== undefined && (
        <div class="notice notice-warn">
          <ErrorText error={gone} />
        </div>
      )}
      <div class="job-columns plan-columns">
        <div class="stack" inert={gone !== undefined || !mayChange}>
          {groups.map(({ path, node, fields }) => (
            <fieldset key={path}>
              <legend>
                {typeTitle(node.type)}{' '}
                <span class="faint">
                  {path} {node.type}
                </span>
              </legend>
              {fields.map((field) => (
                <SessionField
                  key={field.path}
                  field={field}
                  given={valueAt(tree, field.path) !== undefined}
                  live={live}
                  version={version}
                  problem={field.initial === '' ? undefined : problems.get(field.path)}
                />
              ))}
            </fieldset>
          ))}
        </div>
        <div class="stack">
          <Panel title="Can it be built?">
            <BuildState build={build} />
          </Panel>
          <Panel title="Tree">
            <Tree
              lines={lines.map((line) => ({ ...line, text: names.inPlan(line.text) }))}
              set={latest}
              title="Set last"
            />
          </Panel>
          <Panel title="Changes">
            <ChangeLog changes={changes} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function BuildState({ build }: { readonly build: BuildAnswer | undefined }) {
  const names = useNames();
  if (build === undefined) return <p class="empty">Asking ...</p>;
  if (build.ready) return <span class="state state-completed">the plan can run</span>;
  return (
    <>
      <span class="state state-waiting">
        {build.problems.length === 1
          ? 'one thing is missing or wrong'
          : `${build.problems.length} things are missing or wrong`}
      </span>
      <ul class="log">
        {build.problems.map(({ detail, path }, position) => (
          <li key={position}>
            {path !== undefined && !detail.includes(path) && <code>{path}</code>} {names.in(detail)}
          </li>
        ))}
      </ul>
    </>
  );
}

function ChangeLog({ changes }: { readonly changes: readonly LoggedChange[] }) {
  const names = useNames();
  if (changes.length === 0) return <p class="empty">What anybody sets from now on is listed here.</p>;
  return (
    <ol class="log" aria-live="polite">
      {changes.map(({ version, path, value }) => (
        <li key={`${version} ${path}`}>
          <span class="faint number">{version}</span> <code>{path}</code>{' '}
          {value === undefined ? <span class="faint">missing</span> : valueWords(names.ofValue(value))}
        </li>
      ))}
    </ol>
  );
}

function problemsIn(build: BuildAnswer | undefined): ReadonlyMap<string, string> {
  if (build === undefined || build.ready) return new Map();
  return new Map(build.problems.flatMap(({ path, detail }) => (path === undefined ? [] : [[path, detail]])));
}
